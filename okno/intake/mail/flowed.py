"""RFC 3676: the soft line breaks of format=flowed undone."""


def join(text: str, *, delete_space: bool) -> str:
    """Lines that end with a space go on in the next one of the same depth; `delete_space` is the parameter DelSp."""
    out: list[list[str]] = []
    open_depth = -1  # of the paragraph that goes on; -1 when none does
    for line in text.split("\n"):
        words = line.lstrip(">")
        depth = len(line) - len(words)
        words = words.removeprefix(" ")
        if depth == open_depth and words != "-- ":
            out[-1].append(words)
        else:
            out.append([">" * depth + (" " if depth and words else ""), words])
        soft = words.endswith(" ") and words != "-- "
        open_depth = depth if soft else -1
        if soft and delete_space:
            out[-1][-1] = words[:-1]
    return "\n".join("".join(pieces) for pieces in out)

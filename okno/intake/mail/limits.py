"""How much of one mail is looked at. Past a limit the mail is still read, less deeply, and a warning says so."""

HEADER_BYTES = 256 * 1024  # one header block; Postfix allows 100 kB
HEADER_VALUE_BYTES = 64 * 1024
HEADER_FIELDS = 1_000
ADDRESSES = 500  # of one header
IDS = 200  # of one References header
PARTS = 1_000
DEPTH = 60  # multiparts inside each other; Postfix's mime_nesting_limit is 100, people need about 6
NAME_CHARS = 120  # of an attachment

HTML_SHOWN_CHARS = 128 * 1024  # nh3 is quadratic in depth: 100 kB of nested div 0.8 s, 1 MB 172 s
HTML_TREE_CHARS = 512 * 1024  # of <p>x these take a second
HTML_DEPTH = 200
# The HTML standard has formatting tags left open re-made in each paragraph: 200 of them times 9,000 <p> is 666 MB.
HTML_REMADE = 200_000

TNEF_BYTES = 64 * 1024 * 1024
TNEF_COPIED_BYTES = 2 * 1024**3  # tnefparse copies the rest of the file for each object

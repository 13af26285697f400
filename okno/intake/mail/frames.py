"""How questions and answers stand on the pipe between Reader and its process."""

import struct

QUESTION = struct.Struct("<?Q")  # carefully; the size of the mail that follows
ANSWER = struct.Struct("<Q")  # the size of the JSON that follows; attachments come behind it
READY = b"ready"

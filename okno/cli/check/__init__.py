"""`okno check`: every setting tried for real, each kind in its file, all problems told at once."""

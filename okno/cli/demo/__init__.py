"""`okno demo`: both sandboxes, the real service against them, and one page, in one process."""

"""What comes in: both receivers and the drain, raw to Incoming."""

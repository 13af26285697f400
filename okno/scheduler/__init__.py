"""What happens by the clock: due deadlines at once, a handful of slow ticks now and then. No deadline lives here."""

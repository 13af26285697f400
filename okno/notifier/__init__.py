"""Everything that leaves: letters to people and views of the store, lane by lane."""

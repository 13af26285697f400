"""The store: one queue of tickets, what arrived for it and what must leave it. Nothing else talks to the database."""

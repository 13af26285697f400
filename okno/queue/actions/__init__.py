"""What can happen at the desk: each module a few actions, each action one transaction, each with its cause."""

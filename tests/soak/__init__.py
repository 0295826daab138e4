"""Long tests of the store: processes killed at random moments (`make soak`), and what they share with `make test`."""

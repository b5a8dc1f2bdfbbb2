"""What `config/benchmark` does: the servers, the work, the run, and the documentation made of it, a file for each."""

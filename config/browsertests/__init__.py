"""What `config/browser` tests of the web client, a file for each subject."""

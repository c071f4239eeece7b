"""What happens in a chat: pure functions from what stands to what is written."""

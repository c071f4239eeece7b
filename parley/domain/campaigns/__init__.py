"""What a campaign is and does: its job, its people, its batches."""

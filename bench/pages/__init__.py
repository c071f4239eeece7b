"""What the pages weigh and how fast they are, in a real Chromium on the whole local stack."""

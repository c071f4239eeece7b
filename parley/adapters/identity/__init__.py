"""Firebase Authentication's accounts, by Google's Identity Toolkit API."""

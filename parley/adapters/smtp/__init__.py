"""Email by SMTP: connections that are kept, and a mail server's replies in the engine's words."""

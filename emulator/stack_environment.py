"""The variables that lead to a local stack."""

from emulator.ports import HOST, OFFSET_VARIABLE, PROJECT, Ports
from emulator.twilio.account import Account


def environment_of(ports: Ports, offset: int) -> dict[str, str]:
    """Return the variables that lead to a stack on these ports."""
    account = Account.from_environment()
    return {
        "GCLOUD_PROJECT": PROJECT,
        "GOOGLE_CLOUD_PROJECT": PROJECT,
        "FIRESTORE_EMULATOR_HOST": f"{HOST}:{ports.firestore}",
        "PUBSUB_EMULATOR_HOST": f"{HOST}:{ports.pubsub}",
        "FIREBASE_AUTH_EMULATOR_HOST": f"{HOST}:{ports.auth}",
        "PARLEY_FUNCTIONS_URL": f"http://{HOST}:{ports.functions}",
        "STORAGE_EMULATOR_HOST": f"http://{HOST}:{ports.storage}",
        "PARLEY_STORAGE_BUCKET": f"{PROJECT}.appspot.com",
        "PARLEY_FCM_URL": f"http://{HOST}:{ports.fcm}",
        "PARLEY_PUBLIC_URL": f"http://{HOST}:{ports.hosting}",
        OFFSET_VARIABLE: str(offset),
        "PYTHONUNBUFFERED": "1",
        "PARLEY_SMTP_URL": f"smtp://{HOST}:{ports.smtp}",
        "PARLEY_TWILIO_URL": f"http://{HOST}:{ports.twilio}",
        "TWILIO_ACCOUNT_SID": account.sid,
        "TWILIO_AUTH_TOKEN": account.token,
    }

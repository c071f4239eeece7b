"""Build the app on Firestore, Pub/Sub, FCM and Storage."""

from __future__ import annotations

import random
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

from parley.adapters.access_token import ApplicationDefaultToken, machines_own
from parley.adapters.credentials import require_credentials
from parley.adapters.fcm.sender import FCM_URL, FcmSender
from parley.adapters.firestore.store import FirestoreStore
from parley.adapters.identity.identity_accounts import IDENTITY_SCOPE, IdentityAccounts
from parley.adapters.price_file import read_prices
from parley.adapters.pubsub.channel import PubSubChannel
from parley.adapters.pubsub.publisher import PubSubPublisher
from parley.adapters.pubsub.subscriber import PubSubSubscriber
from parley.adapters.storage.bucket_files import BucketFiles
from parley.adapters.system import RandomIds, SystemClock
from parley.adapters.twilio.account import connect_twilio
from parley.adapters.work_thread import WorkThread
from parley.app import App
from parley.bootstrap import wire
from parley.settings import Settings


@asynccontextmanager
async def build(settings: Settings) -> AsyncIterator[App]:
    """Build the app on Firestore, Pub/Sub and FCM; its connections end with the context.

    Raise ``NoCredentials`` if one of them is not local and this machine has no credentials.
    """
    local = (settings.firestore_emulator_host, settings.pubsub_emulator_host, settings.fcm_url)
    if None in local:
        require_credentials()
    clock, randomness = SystemClock(), random.Random()
    async with AsyncExitStack() as stack:
        store = await stack.enter_async_context(
            FirestoreStore.connect(
                settings.project_id,
                emulator_host=settings.firestore_emulator_host,
                clock=clock,
                randomness=randomness,
            )
        )
        pubsub = PubSubChannel(settings.project_id, emulator_host=settings.pubsub_emulator_host)
        stack.push_async_callback(pubsub.close)
        sender = await stack.enter_async_context(
            FcmSender(
                project_id=settings.project_id,
                url=settings.fcm_url or FCM_URL,
                access_token=None if settings.fcm_url else ApplicationDefaultToken(),
            )
        )
        accounts = await stack.enter_async_context(
            IdentityAccounts.connect(
                settings.project_id,
                emulator_host=settings.auth_emulator_host,
                access_token=(
                    None
                    if settings.auth_emulator_host
                    else ApplicationDefaultToken(machines_own(IDENTITY_SCOPE))
                ),
            )
        )
        sms = await stack.enter_async_context(connect_twilio(settings, clock=clock))
        mail = None
        if settings.smtp_url is not None:
            from parley.adapters.smtp.smtp_sender import connect_mail

            mail = await stack.enter_async_context(connect_mail(settings))
        files = await stack.enter_async_context(
            BucketFiles(bucket=settings.bucket, emulator_url=settings.storage_emulator_url)
        )
        yield wire(
            settings,
            clock=clock,
            new_ids=RandomIds(),
            store=store,
            publisher=PubSubPublisher(pubsub, clock=clock, randomness=randomness),
            subscriber=PubSubSubscriber(pubsub),
            sender=sender,
            accounts=accounts,
            sms=sms,
            mail=mail,
            sms_prices=read_prices(settings.sms_prices),
            files=files,
            randomness=randomness,
            aside=await stack.enter_async_context(WorkThread()),
        )

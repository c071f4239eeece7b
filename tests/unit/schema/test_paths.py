from schema import paths


def test_paths_name_documents_below_their_collections() -> None:
    assert paths.campaign_batch("c1", "b1") == f"{paths.campaign_batches('c1')}/b1"
    assert paths.message_queue("a:b", "m1") == "messageQueue/a:b:m1"
    assert paths.last_segment(paths.chat_member("c1", "alice")) == "alice"

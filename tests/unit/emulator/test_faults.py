import random

from emulator.faults import Fault, FaultPlan


def struck(plan: FaultPlan, tokens: list[str]) -> set[str]:
    return {token for token in tokens if plan.strike({"token": token})}


def test_the_same_seed_hits_the_same_calls_in_any_order() -> None:
    tokens = [f"token-{n}" for n in range(500)]
    shuffled = random.Random(1).sample(tokens, len(tokens))
    fault = Fault(rate=0.3, status=503, seed=42)
    assert struck(FaultPlan([fault]), tokens) == struck(FaultPlan([fault]), shuffled)


def test_another_seed_hits_other_calls() -> None:
    tokens = [f"token-{n}" for n in range(500)]
    one, other = (FaultPlan([Fault(rate=0.3, status=503, seed=seed)]) for seed in (1, 2))
    assert struck(one, tokens) != struck(other, tokens)


def test_the_share_of_faults_is_close_to_the_rate() -> None:
    tokens = [f"token-{n}" for n in range(2000)]
    assert 500 < len(struck(FaultPlan([Fault(rate=0.3, seed="s")]), tokens)) < 700


def test_a_retry_has_its_own_chance() -> None:
    plan = FaultPlan([Fault(rate=0.5, status=503, seed=1)])
    verdicts = {plan.strike({"token": "t"}) is None for _ in range(50)}
    assert verdicts == {True, False}


def test_rate_zero_never_hits_and_rate_one_always() -> None:
    tokens = [f"token-{n}" for n in range(200)]
    assert struck(FaultPlan([Fault(rate=0)]), tokens) == set()
    assert struck(FaultPlan([Fault(rate=1)]), tokens) == set(tokens)


def test_the_first_fault_that_hits_decides() -> None:
    first = Fault(status=429, match={"token": "^a"})
    plan = FaultPlan([first, Fault(status=503)])
    assert plan.strike({"token": "a"}) is first
    assert plan.strike({"token": "b"}) is not None

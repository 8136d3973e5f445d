"""The figures of /metrics, in Prometheus' text format. Each process shows its own counters and the common queues."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.db.depths import Depths
from bot.domain.pushes import Priority, PushState
from bot.measures import BOUNDS, Measures, Timing

if TYPE_CHECKING:
    from prometheus_client.core import Metric

# So many hex digits of a hash are a whole number that a double holds exactly.
HEAD_DIGITS = 12


@dataclass(frozen=True)
class Scraped:
    """What is shown besides the counters. `depths`: None while the database cannot be asked."""

    version: str
    roles: tuple[str, ...]
    failing: tuple[str, ...] = ()
    depths: Depths | None = None
    database_seconds: float | None = None
    overdue: int = 0


def exposition(measures: Measures, scraped: Scraped) -> bytes:
    """The document."""
    # Loaded by the first one who asks: a bot that nobody watches does not pay for it.
    from prometheus_client import CollectorRegistry, ProcessCollector, generate_latest

    class Collected:
        def describe(self) -> Iterable[Metric]:
            return []

        def collect(self) -> Iterable[Metric]:
            yield from _counted(measures)
            yield from _of_process(scraped)
            if scraped.depths is not None:
                yield from _waiting(scraped.depths)

    registry = CollectorRegistry()
    ProcessCollector(registry=registry)
    registry.register(Collected())
    return generate_latest(registry)


def _counted(measures: Measures) -> Iterable[Metric]:
    from prometheus_client.core import CounterMetricFamily

    updates = CounterMetricFamily("baton_updates", "Updates that came to their end.", labels=["kind", "outcome"])
    for update_key, count in measures.updates.items():
        updates.add_metric(update_key, count)
    yield updates
    sends = CounterMetricFamily("baton_sends", "Attempts to send a push.", labels=["kind", "result"])
    for send_key, count in measures.sends.items():
        sends.add_metric(send_key, count)
    yield sends
    yield _histogram("baton_update_handling_seconds", "From the turn to the outcome.", "kind", measures.handling)
    yield _histogram("baton_send_seconds", "Duration of an attempt to send.", "result", measures.sending)
    yield _histogram(
        "baton_database_transaction_seconds",
        "Duration of a transaction, waiting for its turn included.",
        "mode",
        measures.transactions,
    )
    yield _histogram("baton_sweep_seconds", "Duration of a sweep.", "process", {"this": measures.sweeps})
    yield CounterMetricFamily("baton_sweeps_failed", "Sweeps that raised.", value=measures.sweeps_failed)


def _histogram(name: str, text: str, by: str, timings: Mapping[str, Timing]) -> Metric:
    from prometheus_client.core import HistogramMetricFamily

    family = HistogramMetricFamily(name, text, labels=[by])
    for label, timing in timings.items():
        seen, buckets = 0, []
        for bound, count in zip((*(str(bound) for bound in BOUNDS), "+Inf"), timing.counts, strict=True):
            seen += count
            buckets.append((bound, seen))
        family.add_metric([label], buckets, timing.seconds)
    return family


def _of_process(scraped: Scraped) -> Iterable[Metric]:
    from prometheus_client.core import GaugeMetricFamily, InfoMetricFamily

    yield InfoMetricFamily("baton_build", "What runs.", {"version": scraped.version, "roles": ",".join(scraped.roles)})
    failing = GaugeMetricFamily("baton_failing", "1 for what keeps this process from being ready.", labels=["what"])
    for what in scraped.failing:
        failing.add_metric([what], 1)
    yield failing
    yield GaugeMetricFamily("baton_ready", "Whether /readyz is green.", value=int(not scraped.failing))
    yield GaugeMetricFamily("baton_database_up", "Whether it answered.", value=int(scraped.depths is not None))
    yield GaugeMetricFamily("baton_jobs_overdue", "Planned occurrences that are late by now.", value=scraped.overdue)
    if scraped.database_seconds is not None:
        text = "How long the database took for the figures of this page."
        yield GaugeMetricFamily("baton_database_scrape_seconds", text, value=scraped.database_seconds)


def _waiting(depths: Depths) -> Iterable[Metric]:
    from prometheus_client.core import GaugeMetricFamily

    inbox = GaugeMetricFamily("baton_inbox_updates", "Updates without an end, and parked ones.", labels=["state"])
    for state, count in depths.inbox.items():
        inbox.add_metric([state], count)
    yield inbox
    text = "How long the oldest unfinished update waits."
    yield GaugeMetricFamily("baton_inbox_oldest_age_seconds", text, value=depths.inbox_age)
    outbox = GaugeMetricFamily("baton_outbox_pushes", "Pushes that have not arrived.", labels=["priority", "state"])
    ages = GaugeMetricFamily(
        "baton_outbox_oldest_due_age_seconds", "How long the oldest due push waits.", labels=["priority"]
    )
    for priority in Priority:
        name = priority.name.lower()
        for state in (PushState.QUEUED, PushState.SENDING, PushState.UNCERTAIN, PushState.FAILED):
            outbox.add_metric([name, state.value], depths.outbox.get((int(priority), state.value), 0))
        ages.add_metric([name], depths.due_age.get(int(priority), 0.0))
    yield outbox
    yield ages
    uncertain = sum(count for (_, state), count in depths.outbox.items() if state == PushState.UNCERTAIN.value)
    yield GaugeMetricFamily("baton_outbox_uncertain_pushes", "Pushes that may have arrived.", value=uncertain)
    lateness = GaugeMetricFamily(
        "baton_job_lateness_seconds", "How late each job's last occurrence began.", labels=["job"]
    )
    for job, seconds in depths.lateness.items():
        lateness.add_metric([job], seconds)
    yield lateness
    if depths.audit is not None:
        text = "The first twelve hex digits of the audit chain's last hash, as a number."
        yield GaugeMetricFamily("baton_audit_chain_length", "Rows of the audit chain.", value=depths.audit.length)
        yield GaugeMetricFamily("baton_audit_chain_head", text, value=int(depths.audit.hash[:HEAD_DIGITS], 16))

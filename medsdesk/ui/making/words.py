"""What making and measuring models say; pure functions without Qt."""

from __future__ import annotations

from typing import TYPE_CHECKING

from medsdesk.ui.command_words import in_window
from medsdesk.ui.models.progress_row import FileProgress
from medsdesk.ui.wording import count, file_size

if TYPE_CHECKING:
    from medsdesk.core.made_model import Estimate, Fidelity
    from medsdesk.services.convert_model import ConvertedModel
    from medsdesk.services.making_events import Progress, Stage
    from medsdesk.services.offer_forms import FormOffer, FormsOffered
    from medsdesk.services.quantise_model import QuantisedModel

FORM_COLUMNS = ("Form", "What it is", "File", "Memory of this machine, now")

_FORMS = {
    "F16": "16 bits for each weight, as most are trained",
    "Q8_0": "8 bits, nearly as exact",
    "Q6_K": "6 bits",
    "Q5_K_M": "5 bits",
    "Q4_K_M": "4 bits, usual for a laptop",
    "Q4_0": "4 bits, simpler; loses most",
}
_VERDICTS = {"fits": "fits", "slow": "fits, but will be slow", "too_large": "too large"}
_STAGES: dict[Stage, str] = {
    "looking": "Looking at {}",
    "writing": "Writing {}",
    "quantising": "Quantising {}",
    "checking": "Comparing the tokens of {} with the original's",
    "fingerprinting": "Taking the fingerprint of {}",
    "measuring": "Reading the test passages with {}",
}
_UNITS: dict[Stage, str] = {"quantising": "tensors", "measuring": "tokens"}


def stage(name: str, at: Progress) -> FileProgress:
    """Return how far a model is that is being made or measured."""
    return FileProgress(_STAGES[at.stage].format(name), at.done, at.of, _UNITS.get(at.stage, ""))


def form_cells(offer: FormOffer) -> tuple[str, ...]:
    """Return what the table shows of a form."""
    fit = offer.fit
    fits = _VERDICTS[fit.verdict]
    if fit.gpu_layers and fit.verdict == "fits":
        fits = f"fits, {count(fit.gpu_layers, 'layer')} on the graphics card"
    return fit.name, _FORMS[fit.name], f"about {file_size(offer.size_bytes)}", fits


def advice(offered: FormsOffered) -> str:
    """Return which form is recommended and why, in a sentence or two."""
    if not offered.forms:
        return "There is no smaller form of this file that could be made here."
    chosen = next(o.fit for o in offered.forms if o.fit.name == offered.recommended)
    if chosen.verdict == "fits":
        return (
            f"Recommended: {chosen.name}, the most faithful of the smaller forms that fits into "
            "the memory that is free now. Those below it answer faster, but lose more."
        )
    return (
        f"None of these forms fits well into the memory that is free now; {chosen.name} is the "
        "smallest. Close other programs before you use it."
    )


def converted(made: ConvertedModel) -> str:
    """Return what came of a conversion."""
    model, texts = made.model, count(made.texts_compared, "test text")
    said = (
        f"{model.name} ({model.quantisation}, {file_size(model.size_bytes)}) is on the list. It "
        f"cuts all {texts} into the same tokens as the original does. Quantise makes a smaller "
        "form of it."
    )
    return in_window(" ".join((said, *made.notes)))


def quantised(made: QuantisedModel) -> str:
    """Return what came of quantising."""
    model = made.model
    said = (
        f"{model.name} as {model.quantisation} is on the list: {file_size(model.size_bytes)}. "
        "'What does it cost?' measures what is lost."
    )
    return in_window(" ".join((said, *made.notes)))


def agreement(found: Fidelity) -> str:
    """Return the share of tokens on which a form agrees with its reference, for a table."""
    return f"{found.top_agreement.value:.1f} % with {found.reference_kind}"


def cost_words(found: Fidelity) -> str:
    """Return what a form costs, with how many tokens it was seen on, in plain words."""
    from medsdesk.services.measure_fidelity import caveat  # not before there are figures

    more = 100 * (found.perplexity_ratio.value - 1)
    sure = f"{abs(more):.1f} % {'less' if more >= 0 else 'more'} sure"
    said = (
        f"Compared with {found.reference_id} ({found.reference_kind}) on {found.tokens:,} tokens "
        f"(pieces of words) of {count(found.passages, 'synthetic medical passage')}: in "
        f"{_figure(found.top_agreement, 1, ' %')} of places both expect the same token next; "
        f"elsewhere an answer may go on in other words. It is {sure} of the text (perplexity "
        f"ratio {_figure(found.perplexity_ratio, 3)}; 1 is no loss). This says how near the two "
        "forms are, not whether either is right."
    )
    return f"{said} {caveat(found)}".rstrip()


def _figure(estimate: Estimate, digits: int, unit: str = "") -> str:
    value = f"{estimate.value:.{digits}f}{unit}"
    if estimate.low is None or estimate.high is None:
        return value
    return f"{value} (95 % interval {estimate.low:.{digits}f} to {estimate.high:.{digits}f})"

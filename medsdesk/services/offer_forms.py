"""Say which smaller forms of a model can be made, how large each is, and which suits here."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from medsdesk.core.model import LoadConfig, ModelFile
from medsdesk.services.fit_model import QuantisationFit, fit_forms
from medsdesk.services.onsite_models import check_has_file
from medsdesk.services.quantise_model import WHOLE, standard_out

if TYPE_CHECKING:
    from medsdesk.engine.client import Engine
    from medsdesk.store.workspace import Workspace


@dataclass(frozen=True, slots=True)
class FormOffer:
    """A form that can be made.

    Attributes:
        fit: Its name, the bytes of its weights, and whether it fits.
        size_bytes: Of the file, to about one percent.
        out: Where it goes when nobody says.
    """

    fit: QuantisationFit
    size_bytes: int
    out: Path


@dataclass(frozen=True, slots=True)
class FormsOffered:
    """What can be made of a model.

    Attributes:
        source: The model.
        forms: The most faithful first; empty where there is no smaller one.
        recommended: The most faithful that fits into the memory that is free now; the smallest
            where none does; empty where there is none.
        again: Whether the source is quantised already, so that more is lost.
    """

    source: ModelFile
    forms: tuple[FormOffer, ...]
    recommended: str
    again: bool


def offer_forms(
    ws: Workspace, engine: Engine, model: ModelFile, config: LoadConfig
) -> FormsOffered:
    """Return the forms that can be made of a model, from its header and the memory free now.

    Args:
        ws: The workspace.
        engine: Says which devices there are.
        model: The source.
        config: Context and layers that the forms are to run with.

    Raises:
        UserFacingError: The model has no file here, or its file is no model.
    """
    check_has_file(model)
    header, fits = fit_forms(engine, config)
    held = sum(tensor.size for tensor in header.tensors)
    again = header.quantisation not in WHOLE
    forms = tuple(
        FormOffer(fit, header.size_bytes - held + fit.weights, standard_out(ws, model, fit.name))
        for fit in fits
        if fit.weights < held or (not again and fit.name != header.quantisation)
    )
    smaller = [form.fit for form in forms if form.fit.name not in WHOLE]
    suits = next((fit.name for fit in smaller if fit.verdict == "fits"), "")
    if not suits and forms:
        suits = min(forms, key=lambda form: form.size_bytes).fit.name
    return FormsOffered(model, forms, suits, again)

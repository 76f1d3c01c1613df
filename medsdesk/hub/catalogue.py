"""Reads the catalogue of models: data of ours, and checked as if it were somebody else's."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import fields
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

from medsdesk.config.paths import models_resource
from medsdesk.config.toml_files import read_toml
from medsdesk.core.catalogue import CatalogueModel, Licence, ModelShape
from medsdesk.core.errors import UserFacingError
from medsdesk.hub.repository import is_safe

FILE_NAME = "catalogue.toml"
SCHEMA_VERSION = 1

_HINT = "Install MedsDesk again; a file of the program itself is missing or was changed."
_ID = re.compile(r"[a-z0-9][a-z0-9._-]*")
_REPOSITORY = re.compile(r"[A-Za-z0-9][\w.-]*/[A-Za-z0-9][\w.-]*")
_SHA256 = re.compile(r"[0-9a-f]{64}")
_NO_SIGNS = re.compile(r"[\W_]+")
_OPTIONAL = {"published": "", "weight_bytes": 0}
T = TypeVar("T", Licence, CatalogueModel)


class _WrongError(Exception):
    """What is wrong with the catalogue, as the end of a sentence."""


def catalogue_path() -> Path:
    """Return where the catalogue is."""
    return models_resource(FILE_NAME)


@cache
def catalogue(path: Path | None = None) -> tuple[CatalogueModel, ...]:
    """Return the models of the catalogue, in its order.

    Args:
        path: The file; our own where left out.

    Raises:
        UserFacingError: It is missing, broken, or says something that cannot be.
    """
    path = path or catalogue_path()
    tables = read_toml(path, _HINT)
    try:
        return _models(tables)
    except _WrongError as wrong:
        raise UserFacingError(f"The catalogue {path} cannot be used: {wrong}.", _HINT) from wrong


def find_in_catalogue(
    name: str, models: Sequence[CatalogueModel] | None = None
) -> CatalogueModel | None:
    """Return the model that a name means: its id, its name or its repository, signs left out.

    Args:
        name: What somebody typed.
        models: Among which it is looked for; the catalogue where left out.
    """
    known = catalogue() if models is None else models
    wanted = _plain(name)
    for model in known:
        if wanted and wanted in map(_plain, (model.id, model.name, model.repository)):
            return model
    return None


def is_repository(name: str) -> bool:
    """Return whether a text can be the name of a repository: owner, a stroke and a name."""
    return _REPOSITORY.fullmatch(name) is not None


def _plain(name: str) -> str:
    return _NO_SIGNS.sub("", name).casefold()


def _models(tables: Mapping[str, Any]) -> tuple[CatalogueModel, ...]:
    version = tables.get("schema_version")
    if version != SCHEMA_VERSION:
        raise _WrongError(f"its schema version is {version} and not {SCHEMA_VERSION}")
    if extra := sorted(tables.keys() - {"schema_version", "licence", "model"}):
        raise _WrongError(f"it has an unknown part '{extra[0]}'")
    licences = {found.id: found for found in map(_licence, _list(tables, "licence"))}
    models = tuple(_model(table, licences) for table in _list(tables, "model"))
    ids = [model.id for model in models]
    if twice := [one for one in ids if ids.count(one) > 1]:
        raise _WrongError(f"the model '{twice[0]}' is in it twice")
    if not models:
        raise _WrongError("it has no model")
    return models


def _list(tables: Mapping[str, Any], name: str) -> list[dict[str, Any]]:
    found = tables.get(name)
    if not isinstance(found, list) or not all(isinstance(table, dict) for table in found):
        raise _WrongError(f"it has no list of tables '{name}'")
    return found


def _licence(table: dict[str, Any]) -> Licence:
    licence = _converted(table, Licence, "licence")
    if not licence.url.startswith("https://"):
        raise _WrongError(f"the licence '{licence.id}' has no address that begins with https://")
    return licence


def _model(table: dict[str, Any], licences: Mapping[str, Licence]) -> CatalogueModel:
    named = str(table.get("licence"))
    if named not in licences:
        raise _WrongError(
            f"the model '{table.get('id')}' has a licence that is not in it, '{named}'"
        )
    filled = {**_OPTIONAL, **table, "licence": licences[named]}
    model = _converted(filled, CatalogueModel, "model")
    if not is_repository(model.repository):
        raise _WrongError(f"the model '{model.id}' has no repository in the form owner/name")
    if (model.format == "gguf") != (model.weight_bytes == 0):
        raise _WrongError(f"the model '{model.id}' has weight_bytes that do not go with its format")
    for path, sha256 in model.sha256.items():
        if not is_safe(path) or not _SHA256.fullmatch(sha256):
            raise _WrongError(f"the model '{model.id}' has a fingerprint that is none, of '{path}'")
    _check_shape(model)
    return model


def _check_shape(model: CatalogueModel) -> None:
    shape = model.shape
    counts = (shape.layers, shape.width, shape.feed_forward, shape.heads, shape.kv_heads)
    if min(*counts, shape.vocabulary, model.context) < 1:
        raise _WrongError(f"the model '{model.id}' has a measure below one")
    if shape.width % shape.heads or shape.heads % shape.kv_heads:
        raise _WrongError(f"the model '{model.id}' has heads that do not go into each other")


def _converted(table: dict[str, Any], kind: type[T], what: str) -> T:
    import msgspec

    name = table.get("id")
    if not isinstance(name, str) or not _ID.fullmatch(name):
        raise _WrongError(f"a {what} has no id of small letters, digits and strokes")
    unknown = _unknown(table, kind)
    unknown += _unknown(table["shape"], ModelShape) if isinstance(table.get("shape"), dict) else []
    if unknown:
        raise _WrongError(f"the {what} '{name}' has an unknown entry '{unknown[0]}'")
    try:
        return msgspec.convert(table, kind)
    except msgspec.ValidationError as error:
        raise _WrongError(f"the {what} '{name}' is wrong ({error})") from error


def _unknown(table: dict[str, Any], kind: type) -> list[str]:
    return sorted(table.keys() - {field.name for field in fields(kind)})

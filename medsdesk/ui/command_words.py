"""Sentences that speak of the command line, for people in front of the window; without Qt."""

from __future__ import annotations

import re

# Fields of the window, as the sentences name them.
TEXT_COLUMN, ANSWER_COLUMN, NAME_COLUMN = "Column: text", "Column: answer", "Column: name"

_WORDS = (
    (" (--replace)", ""),
    (" (--instruction)", ""),
    (" (--task)", ""),
    ("with --text-column", f"in the field '{TEXT_COLUMN}'"),
    ("with --reference-column", f"in the field '{ANSWER_COLUMN}'"),
    ("with --id-column", f"in the field '{NAME_COLUMN}'"),
    ("Fetch another revision with --revision, or tell", "Tell"),
    ("Give another revision with --revision.", "Tell the owners of the repository."),
    (
        "Leave --revision out for the newest, or give a branch, a tag or a commit.",
        "Choose another folder to begin anew with the newest.",
    ),
    (" (--revision)", ""),
    (", and give another revision with --revision if it has one", ""),
    ("See 'medsdesk models list --catalogue'", "Choose one of the catalogue"),
    ("See 'medsdesk models list' for the ids.", "Choose one on the page Models."),
    ("See 'medsdesk models list', or give", "Choose one on the page Models, or give"),
    (
        "Add one with 'medsdesk models add FILE.gguf' or on the Models page",
        "Add one on the page Models",
    ),
    ("another on the Models page, or name one with --model.", "another on the page Models."),
    ("use 'medsdesk models add FILE'", "add it with 'Add GGUF' on the page Models"),
    ("use 'medsdesk models add'", "add them with 'Add GGUF' on the page Models"),
    ("'medsdesk models token set'", "'Token'"),
    ("'medsdesk models token forget'", "'Token'"),
    (
        "keep it with 'medsdesk models key set ADDRESS'",
        "give it under 'Add a server' on the page Models",
    ),
    ("Choose one with --file: ", "Choose one: "),
    ("Leave --file out to fetch", "Choose no file to fetch"),
    (
        "Read it, and give --accept-licence if you accept it.",
        "Read it, and accept it if you agree.",
    ),
    ("or leave --copy out to use the file in place", "or add it without copying it"),
    ("or leave --copy out to use it in place", "or add it without copying it"),
    ("Leave --delete-file out, and delete", "Keep the file, or delete"),
    (", or leave --revision out to go on with the one that is there", ""),
    (" with --to", ""),
    ("Give such a name with --out.", "Give such a name."),
    ("Give another name with --out", "Give another name"),
    ("or choose another with --out", "or choose another"),
    (
        "Name the same model in F16, or the best form at hand, with --against.",
        "Choose the same model in F16, or the best form at hand.",
    ),
    ("; 'medsdesk models list' shows where each is", ""),
    ("or write it to another disk with --out", "or write it to another disk"),
    ("or add --requantize to do it all the same", "or do it all the same on the command line"),
    ("'medsdesk doctor' says what", "on the command line, the verb doctor says what"),
    ("give --gpu-layers 0", "set 'GPU layers' to None on the page Settings"),
    (
        "Add it once with 'medsdesk models add ADDRESS', and give the id that this prints.",
        "Add it once with 'Add a server' on the page Models.",
    ),
    ("use 'medsdesk eval FOLDER'", "add it here with 'Add folder'"),
    (
        "Rate answers in the window, or take ratings in with 'medsdesk ratings import'.",
        "Rate answers on the Workbench, or have them rated blind on the page Studies.",
    ),
    ("Change the line in settings.toml if you may", "Change it on the page Settings if you may"),
)


# A model is named in these by its id; in the window it is the one that is selected.
_VERIFY = re.compile(r"with 'medsdesk models verify [^']*'")
_KV_COST = re.compile(r"Measure it on the command line: 'medsdesk models fidelity [^']*'\.")


def in_window(sentence: str) -> str:
    """Return a sentence with the window's fields and buttons in place of options."""
    sentence = _VERIFY.sub("with 'Check' on the page Models", sentence)
    sentence = _KV_COST.sub("It can be measured on the command line only.", sentence)
    for told, shown in _WORDS:
        sentence = sentence.replace(told, shown)
    return sentence

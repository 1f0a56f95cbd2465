"""``shapelint completion``: scripts with which shells complete commands, options, rules and targets.

A script runs the program it completes with ``_SHAPELINT_COMPLETE`` set to ``<shell>_complete``, which is how click answers
completion, and hands over the command line up to the cursor.  The answer is a row for each candidate: kind, value and help,
with tabs between them; the kind ``file`` asks the shell for paths.
"""

from __future__ import annotations

import os

import click
from click.shell_completion import CompletionItem, ShellComplete, add_completion_class, split_arg_string

from .output import write

__all__ = ["SHELLS", "command"]

# Bash breaks words at colons and equals signs, and replaces only what follows the last of them; so the line is
# handed over, and what stands before is taken off each candidate.
_BASH = r"""
_shapelint() {
    local line="${COMP_LINE:0:$COMP_POINT}" kind value help before=""
    local word="${line##*[[:space:]]}"
    [[ $word == *:* && $COMP_WORDBREAKS == *:* ]] && before="${word%"${word##*:}"}"
    COMPREPLY=()
    while IFS=$'\t' read -r kind value help; do
        if [[ $kind == file ]]; then
            while IFS= read -r value; do COMPREPLY+=("${value#"$before"}"); done < <(compgen -f -- "${word##*=}")
        else
            COMPREPLY+=("${value#"$before"}")
        fi
    done < <(COMP_LINE="$line" _SHAPELINT_COMPLETE=bash_complete "$1" 2>/dev/null)
}
complete -o filenames -F _shapelint shapelint
"""

_ZSH = r"""
#compdef shapelint
_shapelint() {
    local kind value help
    local -a values shown
    local program=${words[1]}
    local given="${(pj:\n:)words[1,CURRENT]}"
    [[ ${words[CURRENT]} == --*=* ]] && compset -P '*='
    while IFS=$'\t' read -r kind value help; do
        if [[ $kind == file ]]; then
            _files
        else
            values+=("$value")
            shown+=("$value${help:+  -- $help}")
        fi
    done < <(_SHAPELINT_WORDS="$given" _SHAPELINT_COMPLETE=zsh_complete $program 2>/dev/null)
    (( $#values )) && compadd -M 'm:{a-zA-Z}={A-Za-z}' -l -d shown -a values
}
if [[ $zsh_eval_context[-1] == loadautofunc ]]; then
    _shapelint "$@"
else
    compdef _shapelint shapelint
fi
"""

_FISH = r"""
function __shapelint_complete
    set -l before (commandline -cop)
    set -l word (commandline -ct)
    set -l option (string match -r -- '^--[^=]+=' $word)
    # The dot keeps an empty last word, whose line end would be cut off.
    set -l given (string join \n -- $before "$word" . | string collect)
    for row in (env _SHAPELINT_WORDS="$given" _SHAPELINT_COMPLETE=fish_complete $before[1] 2>/dev/null)
        set -l parts (string split \t -- $row)
        if test $parts[1] = file
            for path in (__fish_complete_path (string replace -r -- '^--[^=]+=' '' "$word"))
                printf '%s%s\n' "$option" $path
            end
        else
            printf '%s%s\t%s\n' "$option" $parts[2] "$parts[3]"
        end
    end
end
complete -c shapelint -f -a '(__shapelint_complete)'
"""


class _Rows(ShellComplete):
    """What the scripts have in common: they hand over words, a line each, and read rows."""

    def source(self) -> str:
        return self.source_template.lstrip("\n")

    def get_completion_args(self) -> tuple[list[str], str]:
        _, *words, last = os.environ.get("_SHAPELINT_WORDS", "\n").removesuffix("\n.").split("\n")
        return words, last

    def format_completion(self, item: CompletionItem) -> str:
        return "\t".join((item.type, str(item.value), " ".join((item.help or "").split())))


class _Bash(_Rows):
    name, source_template = "bash", _BASH

    def get_completion_args(self) -> tuple[list[str], str]:
        line = os.environ.get("COMP_LINE", "")
        words = split_arg_string(line)[1:]
        return (words, "") if not words or line[-1:].isspace() else (words[:-1], words[-1])


class _Zsh(_Rows):
    name, source_template = "zsh", _ZSH


class _Fish(_Rows):
    name, source_template = "fish", _FISH


SHELLS = {shell.name: shell for shell in map(add_completion_class, (_Bash, _Zsh, _Fish))}


@click.command("completion")
@click.argument("shell", type=click.Choice(tuple(SHELLS)))
def command(shell: str) -> int:
    """Print the script with which a shell completes commands, options, rules and targets.

    For bash, in ~/.bashrc: source <(shapelint completion bash). For zsh, after compinit in ~/.zshrc: source <(shapelint
    completion zsh). For fish: shapelint completion fish > ~/.config/fish/completions/shapelint.fish
    """
    write(SHELLS[shell].source_template.lstrip("\n"))
    return 0

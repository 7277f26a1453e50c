/** Completion for shells, written from the tree of commands. */
import type { Command } from 'commander';
import { Argument } from 'commander';
import { textCommand } from './command';
import type { Terminal } from './terminal';

const SHELLS = ['bash', 'zsh', 'fish', 'powershell'] as const;
type Shell = (typeof SHELLS)[number];

export function completionCommand(terminal: Terminal): Command {
  return textCommand({
    usage: 'completion',
    examples: [
      'muster completion bash > ~/.local/share/bash-completion/completions/muster',
      'muster completion zsh > "${fpath[1]}/_muster"',
      'muster completion fish > ~/.config/fish/completions/muster.fish',
      'muster completion powershell >> $PROFILE',
    ],
  })
    .addArgument(new Argument('<shell>', 'whose').choices(SHELLS))
    .action((shell: Shell, _options: unknown, command: Command) => {
      let root = command;
      while (root.parent !== null) root = root.parent;
      terminal.out(SCRIPTS[shell](wordsOf(root)));
    });
}

/** What may follow each command, by its path without `muster`: subcommands, options, and what they allow. */
type Words = ReadonlyMap<string, readonly string[]>;

function wordsOf(command: Command, path: readonly string[] = [], words = new Map<string, string[]>()): Words {
  const own = [
    ...command.commands.map((child) => child.name()),
    ...command.options.filter(({ hidden }) => !hidden).flatMap(({ long }) => (long ? [long] : [])),
    ...command.registeredArguments.flatMap(({ argChoices }) => argChoices ?? []),
    '--help',
  ];
  words.set(path.join(' '), own);
  for (const child of command.commands) {
    for (const name of [child.name(), ...child.aliases()]) wordsOf(child, [...path, name], words);
  }
  return words;
}

const quoted = (text: string): string => `'${text}'`;

/** A case for each path; the longest prefix of commands on the line is the path. */
const bashCases = (words: Words): string =>
  [...words].map(([path, own]) => `    ${quoted(path)}) printf '%s\\n' ${own.join(' ')} ;;`).join('\n');

const bashFunctions = (words: Words): string => `_muster_words() {
  case "$1" in
${bashCases(words)}
    *) return 1 ;;
  esac
}

_muster_path() {
  local path='' word
  for word in "$@"; do
    case "$word" in -*) continue ;; esac
    _muster_words "\${path:+$path }$word" > /dev/null || break
    path="\${path:+$path }$word"
  done
  printf '%s' "$path"
}
`;

const SCRIPTS: Readonly<Record<Shell, (words: Words) => string>> = {
  bash: (words) => `# bash completion of muster
${bashFunctions(words)}
_muster() {
  local path
  path=$(_muster_path "\${COMP_WORDS[@]:1:COMP_CWORD-1}")
  COMPREPLY=($(compgen -W "$(_muster_words "$path")" -- "\${COMP_WORDS[COMP_CWORD]}"))
  [ \${#COMPREPLY[@]} -gt 0 ] || COMPREPLY=($(compgen -f -- "\${COMP_WORDS[COMP_CWORD]}"))
}
complete -F _muster muster
`,
  zsh: (words) => `#compdef muster
${bashFunctions(words)}
_muster() {
  local path_of_command
  path_of_command=$(_muster_path "\${(@)words[2,CURRENT-1]}")
  compadd -- \${(f)"$(_muster_words "$path_of_command")"} || _files
}
if [ "$funcstack[1]" = _muster ]; then _muster "$@"; else compdef _muster muster; fi
`,
  fish: (words) => `# fish completion of muster
function __muster_words
  set -l path ''
  for word in (commandline -opc)[2..-1]
    string match -q -- '-*' $word; and continue
    set -l longer (string trim -- "$path $word")
    __muster_words_of $longer > /dev/null; or break
    set path $longer
  end
  __muster_words_of $path
end

function __muster_words_of
  switch "$argv"
${[...words].map(([path, own]) => `    case ${quoted(path)}\n      printf '%s\\n' ${own.join(' ')}`).join('\n')}
    case '*'
      return 1
  end
end

complete -c muster -a '(__muster_words)'
`,
  powershell: (words) => `# PowerShell completion of muster
$MusterWords = @{
${[...words].map(([path, own]) => `  ${quoted(path)} = @(${own.map(quoted).join(', ')})`).join('\n')}
}
Register-ArgumentCompleter -Native -CommandName muster -ScriptBlock {
  param($wordToComplete, $commandAst, $cursorPosition)
  $path = ''
  foreach ($element in $commandAst.CommandElements | Select-Object -Skip 1) {
    $word = $element.ToString()
    if ($word.StartsWith('-')) { continue }
    $longer = "$path $word".Trim()
    if (-not $MusterWords.ContainsKey($longer)) { break }
    $path = $longer
  }
  $MusterWords[$path] | Where-Object { $_ -like "$wordToComplete*" } | ForEach-Object {
    [System.Management.Automation.CompletionResult]::new($_, $_, 'ParameterValue', $_)
  }
}
`,
};

#compdef tool

_tool() {
  local context state state_descr line
  typeset -A opt_args
  _arguments -C -s -S \
    '--version[Show the version.]' \
    '(-h --help)-h[Show help information.]' \
    '(-h --help)--help[Show help information.]' \
    ':command:->command' \
    '*::argument:->argument'
  case $state in
    command)
      local -a commands=(
        'run:Run the pipeline until the plan is done, which can take a long time on a small machine.'
        'items:Look at the items.'
        'fail:Fail in the way asked for.'
        'help:Show the help of a subcommand.'
      )
      _describe -V command commands
      ;;
    argument)
      case $words[1] in
        run) _tool_run ;;
        items) _tool_items ;;
        fail) _tool_fail ;;
        help) _tool_help ;;
      esac
      ;;
  esac
}

_tool_help() {
  local context state state_descr line
  typeset -A opt_args
  _arguments -C -s -S \
    ':command:->command' \
    '*::argument:->argument'
  case $state in
    command)
      local -a commands=(
        'run:Run the pipeline until the plan is done, which can take a long time on a small machine.'
        'items:Look at the items.'
        'fail:Fail in the way asked for.'
      )
      _describe -V command commands
      ;;
    argument)
      case $words[1] in
        run) : ;;
        items) : ;;
        fail) : ;;
      esac
      ;;
  esac
}

_tool_run() {
  _arguments -s -S \
    '--mode=[Who decides.]:mode:(traditional orchestrated)' \
    '*-c[Set a configuration value.]:key=value: ' \
    '*--config=[Set a configuration value.]:key=value: ' \
    '(-r --ratio)-r[How loud.]:ratio: ' \
    '(-r --ratio)--ratio=[How loud.]:ratio: ' \
    '(-v --verbose)-v[Say more.]' \
    '(-v --verbose)--verbose[Say more.]' \
    '--no-docs[Skip the documentation.]' \
    '--max-steps=[Stop after this many steps.]:max-steps: ' \
    '--budget-calls=[Stop after this many calls.]:budget-calls: ' \
    '--json[Write JSON lines.]' \
    '--project=[The project'\''s folder.]:project:_files -/' \
    '(-h --help)-h[Show help information.]' \
    '(-h --help)--help[Show help information.]' \
    '*:files:_files'
}

_tool_items() {
  local context state state_descr line
  typeset -A opt_args
  _arguments -C -s -S \
    '(-h --help)-h[Show help information.]' \
    '(-h --help)--help[Show help information.]' \
    '--all[Include those that are done.]' \
    '--limit=[How many to list.]:limit: ' \
    '--wait=[How long to wait.]:wait: ' \
    ':command:->command' \
    '*::argument:->argument'
  case $state in
    command)
      local -a commands=(
        'list:List the items.'
        'show:Show one item.'
      )
      _describe -V command commands
      ;;
    argument)
      case $words[1] in
        list) _tool_items_list ;;
        show) _tool_items_show ;;
      esac
      ;;
  esac
}

_tool_items_list() {
  _arguments -s -S \
    '--all[Include those that are done.]' \
    '--limit=[How many to list.]:limit: ' \
    '--wait=[How long to wait.]:wait: ' \
    '(-h --help)-h[Show help information.]' \
    '(-h --help)--help[Show help information.]'
}

_tool_items_show() {
  _arguments -s -S \
    '--json[Write JSON lines.]' \
    '--project=[The project'\''s folder.]:project:_files -/' \
    '(-h --help)-h[Show help information.]' \
    '(-h --help)--help[Show help information.]' \
    ':id: ' \
    '::shell:(bash zsh fish)'
}

_tool_fail() {
  _arguments -s -S \
    '(-h --help)-h[Show help information.]' \
    '(-h --help)--help[Show help information.]' \
    ':way:(code validation plain coded help)'
}

if [[ $funcstack[1] == _tool ]]; then
  _tool "$@"
else
  compdef _tool tool
fi

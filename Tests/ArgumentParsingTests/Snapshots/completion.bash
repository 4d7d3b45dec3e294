# bash completion for tool

_tool() {
  local current="${COMP_WORDS[COMP_CWORD]}" command="tool" option="" position=0 terminated="" index word
  COMPREPLY=()
  for ((index = 1; index < COMP_CWORD; index++)); do
    word="${COMP_WORDS[index]}"
    if [[ $word == "=" ]]; then
      continue
    elif [[ -n $option ]]; then
      option=""
      continue
    elif [[ -n $terminated ]]; then
      position=$((position + 1))
      continue
    fi
    case "$command:$word" in
      *:--) terminated=1 ;;
      "tool:run") command="tool run" ;;
      "tool:items") command="tool items" ;;
      "tool:fail") command="tool fail" ;;
      "tool:help") command="tool help" ;;
      "tool help:run") command="tool help run" ;;
      "tool help:items") command="tool help items" ;;
      "tool help:fail") command="tool help fail" ;;
      "tool run:--mode" | "tool run:-c" | "tool run:--config" | "tool run:-r" | "tool run:--ratio" | "tool run:--max-steps" | "tool run:--budget-calls" | "tool run:--project") option="$word" ;;
      "tool items:list") command="tool items list" ;;
      "tool items:show") command="tool items show" ;;
      "tool items:--limit" | "tool items:--wait") option="$word" ;;
      "tool items list:--limit" | "tool items list:--wait") option="$word" ;;
      "tool items show:--project") option="$word" ;;
      *:-*) ;;
      *) position=$((position + 1)) ;;
    esac
  done
  [[ $current == "=" ]] && current=""
  case "$command:$option" in
    "tool run:--mode") mapfile -t COMPREPLY < <(compgen -W 'traditional orchestrated' -- "$current"); return ;;
    "tool run:--project") compopt -o filenames; mapfile -t COMPREPLY < <(compgen -d -- "$current"); return ;;
    "tool items show:--project") compopt -o filenames; mapfile -t COMPREPLY < <(compgen -d -- "$current"); return ;;
    *:?*) return ;;
  esac
  if [[ $current == -* && -z $terminated ]]; then
    case "$command" in
      "tool") mapfile -t COMPREPLY < <(compgen -W '--version -h --help' -- "$current") ;;
      "tool run") mapfile -t COMPREPLY < <(compgen -W '--mode -c --config -r --ratio -v --verbose --no-docs --max-steps --budget-calls --json --project -h --help' -- "$current") ;;
      "tool items") mapfile -t COMPREPLY < <(compgen -W '-h --help --all --limit --wait' -- "$current") ;;
      "tool items list") mapfile -t COMPREPLY < <(compgen -W '--all --limit --wait -h --help' -- "$current") ;;
      "tool items show") mapfile -t COMPREPLY < <(compgen -W '--json --project -h --help' -- "$current") ;;
      "tool fail") mapfile -t COMPREPLY < <(compgen -W '-h --help' -- "$current") ;;
    esac
    return
  fi
  case "$command:$position" in
    "tool:0") mapfile -t COMPREPLY < <(compgen -W 'run items fail help' -- "$current") ;;
    "tool help:0") mapfile -t COMPREPLY < <(compgen -W 'run items fail' -- "$current") ;;
    "tool run:"*) compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- "$current") ;;
    "tool items:0") mapfile -t COMPREPLY < <(compgen -W 'list show' -- "$current") ;;
    "tool items show:1") mapfile -t COMPREPLY < <(compgen -W 'bash zsh fish' -- "$current") ;;
    "tool fail:0") mapfile -t COMPREPLY < <(compgen -W 'code validation plain coded help' -- "$current") ;;
  esac
}

complete -F _tool tool

# fish completion for tool

function __tool_command
  set -l command tool
  set -l waiting 0
  set -l position 0
  set -l words (commandline -opc)
  for word in $words[2..]
    if test $waiting = 1
      set waiting 0
      continue
    end
    switch "$command:$word"
      case 'tool:run'
        set command 'tool run'
      case 'tool:items'
        set command 'tool items'
      case 'tool:fail'
        set command 'tool fail'
      case 'tool:help'
        set command 'tool help'
      case 'tool help:run'
        set command 'tool help run'
      case 'tool help:items'
        set command 'tool help items'
      case 'tool help:fail'
        set command 'tool help fail'
      case 'tool run:--mode' 'tool run:-c' 'tool run:--config' 'tool run:-r' 'tool run:--ratio' 'tool run:--max-steps' 'tool run:--budget-calls' 'tool run:--project'
        set waiting 1
      case 'tool items:list'
        set command 'tool items list'
      case 'tool items:show'
        set command 'tool items show'
      case 'tool items:--limit' 'tool items:--wait'
        set waiting 1
      case 'tool items list:--limit' 'tool items list:--wait'
        set waiting 1
      case 'tool items show:--project'
        set waiting 1
      case '*:-*'
      case '*'
        set position (math $position + 1)
    end
  end
  echo "$command:$position"
end

function __tool_at
  string match -q -- "$argv[1]" (__tool_command)
end

complete -c tool -f
complete -c tool -n '__tool_at \'tool:0\'' -a 'run' -d 'Run the pipeline until the plan is done, which can take a long time on a small machine.'
complete -c tool -n '__tool_at \'tool:0\'' -a 'items' -d 'Look at the items.'
complete -c tool -n '__tool_at \'tool:0\'' -a 'fail' -d 'Fail in the way asked for.'
complete -c tool -n '__tool_at \'tool:0\'' -a 'help' -d 'Show the help of a subcommand.'
complete -c tool -n '__tool_at \'tool:*\'' -l version -d 'Show the version.'
complete -c tool -n '__tool_at \'tool:*\'' -s h -l help -d 'Show help information.'
complete -c tool -n '__tool_at \'tool help:0\'' -a 'run' -d 'Run the pipeline until the plan is done, which can take a long time on a small machine.'
complete -c tool -n '__tool_at \'tool help:0\'' -a 'items' -d 'Look at the items.'
complete -c tool -n '__tool_at \'tool help:0\'' -a 'fail' -d 'Fail in the way asked for.'
complete -c tool -n '__tool_at \'tool run:*\'' -l mode -d 'Who decides.' -r -f -a 'traditional orchestrated'
complete -c tool -n '__tool_at \'tool run:*\'' -s c -l config -d 'Set a configuration value.' -r -f
complete -c tool -n '__tool_at \'tool run:*\'' -s r -l ratio -d 'How loud.' -r -f
complete -c tool -n '__tool_at \'tool run:*\'' -s v -l verbose -d 'Say more.'
complete -c tool -n '__tool_at \'tool run:*\'' -l no-docs -d 'Skip the documentation.'
complete -c tool -n '__tool_at \'tool run:*\'' -l max-steps -d 'Stop after this many steps.' -r -f
complete -c tool -n '__tool_at \'tool run:*\'' -l budget-calls -d 'Stop after this many calls.' -r -f
complete -c tool -n '__tool_at \'tool run:*\'' -l json -d 'Write JSON lines.'
complete -c tool -n '__tool_at \'tool run:*\'' -l project -d 'The project\'s folder.' -r -f -a '(__fish_complete_directories)'
complete -c tool -n '__tool_at \'tool run:*\'' -s h -l help -d 'Show help information.'
complete -c tool -n '__tool_at \'tool run:*\'' -F
complete -c tool -n '__tool_at \'tool items:0\'' -a 'list' -d 'List the items.'
complete -c tool -n '__tool_at \'tool items:0\'' -a 'show' -d 'Show one item.'
complete -c tool -n '__tool_at \'tool items:*\'' -s h -l help -d 'Show help information.'
complete -c tool -n '__tool_at \'tool items:*\'' -l all -d 'Include those that are done.'
complete -c tool -n '__tool_at \'tool items:*\'' -l limit -d 'How many to list.' -r -f
complete -c tool -n '__tool_at \'tool items:*\'' -l wait -d 'How long to wait.' -r -f
complete -c tool -n '__tool_at \'tool items list:*\'' -l all -d 'Include those that are done.'
complete -c tool -n '__tool_at \'tool items list:*\'' -l limit -d 'How many to list.' -r -f
complete -c tool -n '__tool_at \'tool items list:*\'' -l wait -d 'How long to wait.' -r -f
complete -c tool -n '__tool_at \'tool items list:*\'' -s h -l help -d 'Show help information.'
complete -c tool -n '__tool_at \'tool items show:*\'' -l json -d 'Write JSON lines.'
complete -c tool -n '__tool_at \'tool items show:*\'' -l project -d 'The project\'s folder.' -r -f -a '(__fish_complete_directories)'
complete -c tool -n '__tool_at \'tool items show:*\'' -s h -l help -d 'Show help information.'
complete -c tool -n '__tool_at \'tool items show:1\'' -f -a 'bash zsh fish'
complete -c tool -n '__tool_at \'tool fail:*\'' -s h -l help -d 'Show help information.'
complete -c tool -n '__tool_at \'tool fail:0\'' -f -a 'code validation plain coded help'

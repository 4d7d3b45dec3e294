#include "embedded.h"

// A file is added with two lines: its path, and the entry that reads it. Files must not be empty.

#define ROOT "../../migrations/"
static const embedded_file migrations[] = {
#define FILE "../../migrations/0001_initial.sql"
#include "entry.h"
#define FILE "../../migrations/0002_rollback.sql"
#include "entry.h"
#define FILE "../../migrations/0003_conversation.sql"
#include "entry.h"
#define FILE "../../migrations/0004_record_defaults.sql"
#include "entry.h"
#define FILE "../../migrations/0005_record.sql"
#include "entry.h"
#define FILE "../../migrations/0006_routing.sql"
#include "entry.h"
  {0},
};
#undef ROOT

#define ROOT "../../prompts/"
static const embedded_file prompts[] = {
#define FILE "../../prompts/system.md"
#include "entry.h"
#define FILE "../../prompts/coding.md"
#include "entry.h"
#define FILE "../../prompts/coding-request.md"
#include "entry.h"
#define FILE "../../prompts/debugging.md"
#include "entry.h"
#define FILE "../../prompts/debugging-request.md"
#include "entry.h"
#define FILE "../../prompts/dialogue.md"
#include "entry.h"
#define FILE "../../prompts/documentation.md"
#include "entry.h"
#define FILE "../../prompts/documentation-request.md"
#include "entry.h"
#define FILE "../../prompts/oversight.md"
#include "entry.h"
#define FILE "../../prompts/oversight-request.md"
#include "entry.h"
#define FILE "../../prompts/planning.md"
#include "entry.h"
#define FILE "../../prompts/planning-request.md"
#include "entry.h"
#define FILE "../../prompts/qa.md"
#include "entry.h"
#define FILE "../../prompts/qa-request.md"
#include "entry.h"
#define FILE "../../prompts/workflow.md"
#include "entry.h"
#define FILE "../../prompts/advice/failure-bad-calls.md"
#include "entry.h"
#define FILE "../../prompts/advice/failure-failing-check.md"
#include "entry.h"
#define FILE "../../prompts/advice/failure-no-verdict.md"
#include "entry.h"
#define FILE "../../prompts/advice/failure-no-work.md"
#include "entry.h"
#define FILE "../../prompts/advice/failure-over-context.md"
#include "entry.h"
#define FILE "../../prompts/advice/failure-rejected-change.md"
#include "entry.h"
#define FILE "../../prompts/advice/failure-rejected-edit.md"
#include "entry.h"
#define FILE "../../prompts/advice/failure-review-issues.md"
#include "entry.h"
#define FILE "../../prompts/advice/hint-long-files.md"
#include "entry.h"
#define FILE "../../prompts/advice/hint-new-files.md"
#include "entry.h"
#define FILE "../../prompts/advice/hint-unread-files.md"
#include "entry.h"
#define FILE "../../prompts/advice/steps-coding-small.md"
#include "entry.h"
#define FILE "../../prompts/advice/steps-coding.md"
#include "entry.h"
#define FILE "../../prompts/advice/steps-debugging-small.md"
#include "entry.h"
#define FILE "../../prompts/advice/steps-debugging.md"
#include "entry.h"
#define FILE "../../prompts/advice/steps-qa-small.md"
#include "entry.h"
#define FILE "../../prompts/advice/steps-qa.md"
#include "entry.h"
  {0},
};
#undef ROOT

#define ROOT "../../routing/"
static const embedded_file routing[] = {
#define FILE "../../routing/default.json"
#include "entry.h"
#define FILE "../../routing/seed.json"
#include "entry.h"
  {0},
};
#undef ROOT

#define ROOT "../../demo/"
static const embedded_file demo[] = {
#define FILE "../../demo/project/MASTER_PLAN.md"
#include "entry.h"
#define FILE "../../demo/project/tally.h"
#include "entry.h"
#define FILE "../../demo/project/test.sh"
#include "entry.h"
#define FILE "../../demo/project/tests/check.h"
#include "entry.h"
#define FILE "../../demo/project/tests/sample.txt"
#include "entry.h"
#define FILE "../../demo/project/tests/stats_test.c"
#include "entry.h"
#define FILE "../../demo/project/tests/top_test.c"
#include "entry.h"
#define FILE "../../demo/project/tests/words_test.c"
#include "entry.h"
#define FILE "../../demo/scenario.json"
#include "entry.h"
#define FILE "../../demo/scenario/README.md"
#include "entry.h"
#define FILE "../../demo/scenario/main.c"
#include "entry.h"
#define FILE "../../demo/scenario/stats.c"
#include "entry.h"
#define FILE "../../demo/scenario/top.c"
#include "entry.h"
#define FILE "../../demo/scenario/words.c"
#include "entry.h"
  {0},
};
#undef ROOT

typedef struct {
  const embedded_file *files;
  size_t count;
} list;

// The entry of zeros at the end of each array keeps an empty list valid C; it is not counted.
#define LIST(files) {files, sizeof files / sizeof files[0] - 1}

static const list lists[] = {
  [embedded_migrations] = LIST(migrations),
  [embedded_prompts] = LIST(prompts),
  [embedded_demo] = LIST(demo),
  [embedded_routing] = LIST(routing),
};

size_t embedded_count(embedded_list list) { return lists[list].count; }

embedded_file embedded_at(embedded_list list, size_t index) { return lists[list].files[index]; }

"""Measures what a turn of a two-node loop costs on LangGraph with its SQLite checkpointer: two_node_loop.py TURNS.

A turn adds one short message, as a step of a pipeline adds to its journal. Prints one JSON object.
"""

import json
import operator
import os
import sys
import tempfile
import time
from typing import Annotated, TypedDict

from langgraph.checkpoint.sqlite import SqliteSaver
from langgraph.graph import END, START, StateGraph


class State(TypedDict):
    messages: Annotated[list, operator.add]
    turn: int


def main(turns):
    def decide(state):
        return {"turn": state["turn"] + 1}

    def act(state):
        return {"messages": [{"role": "assistant", "content": "x" * 50}]}

    graph = StateGraph(State)
    graph.add_node("decide", decide)
    graph.add_node("act", act)
    graph.add_edge(START, "decide")
    graph.add_edge("decide", "act")
    graph.add_conditional_edges("act", lambda state: END if state["turn"] >= turns else "decide")

    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "checkpoints.db")
        with SqliteSaver.from_conn_string(path) as saver:
            loop = graph.compile(checkpointer=saver)
            start = time.perf_counter()
            loop.invoke(
                {"messages": [], "turn": 0},
                {"configurable": {"thread_id": "1"}, "recursion_limit": 2 * turns + 10},
            )
            seconds = time.perf_counter() - start
        size = sum(os.path.getsize(os.path.join(folder, name)) for name in os.listdir(folder))
    print(json.dumps({"turns": turns, "milliseconds_per_turn": seconds * 1000 / turns, "database_bytes": size}))


main(int(sys.argv[1]))

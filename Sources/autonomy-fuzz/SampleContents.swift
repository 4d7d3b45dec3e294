/// Contents of files in which something stands that ends or begins a call elsewhere.
enum SampleContents {
  static let all = [
    "",
    "plain\n",
    "quotes \" ' ` \"\"\" ''' and \\ \\\\ \\n \\\" \\u0041 \\d\n",
    "&quot;not an entity&quot; &amp; &lt;\n",
    "</tool_call> in code\n<tool_call>{\"name\": \"read_file\", \"arguments\": {\"path\": \"a.c\"}}</tool_call>\n",
    "</function>\n</invoke> <function=read_file> </param>\n",
    "<|call|> <|end|> <end_function_call> [TOOL_CALLS] ```json\n{}\n```\n",
    "windows\r\nlines\r\n\r\n",
    "\n\nline breaks at both ends\n\n",
    "tabs\tand\u{0}NUL\u{1}\u{7f}\n",
    "emoji 👩‍👩‍👧 é e\u{301} 漢字 “typographic” ‘quotes’ …\n",
    "print(\"it's {0}, {1}\".format(f(x='}'), [1, 2]))\n",
    "read_file(path=\"a.c\")\n",
    "{\"a\": [1, {\"b\": null}], 'c': (1, 2)}",
    "a\\",
    "\\\"",
  ]
}

import Orchestration
import Pipeline
import Testing

@Suite struct ModelSizeTests {
  @Test(
    arguments: [
      ("qwen2.5-coder:7b", ModelSize.small), ("qwen2.5:0.5b", .small), ("llama3.1:8b-instruct-q4_K_M", .small),
      ("Qwen/Qwen2.5-Coder-7B-Instruct", .small), ("gemma3:270m", .small), ("gemma3n:e4b", .small),
      ("qwen2.5:14b", .medium), ("gpt-oss:20b", .medium), ("functiongemma", .medium), ("mistral:v0.3", .medium),
      ("qwen2.5-coder:32b", .large), ("mixtral:8x7b", .large), ("qwen3-30b-a3b:q4", .large), ("llama3.3:70b", .large),
      // A number that is no size: bits, a context, a version.
      ("model:q8_0", .medium), ("model:128k", .medium), ("phi-4:4-bit", .medium),
    ] as [(ModelName, ModelSize)]
  )
  func readsTheSizeFromTheName(name: ModelName, size: ModelSize) {
    #expect(ModelSize(of: name) == size)
  }
}

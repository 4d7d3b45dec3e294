/// The environment of checks: an allow-list of ours, so that no key or token gets in, with caches sent out of the way.
struct CheckEnvironment {
  /// The environment of this program.
  let inherited: [String: String]

  /// The folder that caches of build tools go to, outside the project's own files.
  let cache: String

  /// The value of `HOME`: private and empty.
  let home: String

  /// The folder for temporary files, where ours cannot be used.
  let temporary: String?

  /// The folder above which Git looks for no repository; absent where it may look anywhere.
  var ceiling: String?

  /// The copy of the project that is worked on, where nothing hides the project above it; what tools would find there
  /// is kept from them as far as they can be told.
  var openCopy: String?

  let allowsNetwork: Bool

  private static let allowed: Set<String> = [
    "CC", "CFLAGS", "CMAKE_PREFIX_PATH", "CONDA_PREFIX", "CXX", "CXXFLAGS", "GOROOT", "JAVA_HOME", "LANG", "LANGUAGE",
    "LDFLAGS", "LD_LIBRARY_PATH", "LOGNAME", "NODE_PATH", "PATH", "PKG_CONFIG_PATH", "PYENV_VERSION", "PYTHONPATH",
    "RUSTUP_TOOLCHAIN", "SSL_CERT_DIR", "SSL_CERT_FILE", "TMPDIR", "TZ", "USER", "VIRTUAL_ENV",
  ]

  /// Where tools look for themselves below the user's own `HOME` if nothing else is said.
  static let toolFolders: [(variable: String, folder: String)] = [
    ("ASDF_DATA_DIR", ".asdf"),
    ("CARGO_HOME", ".cargo"),
    ("GOPATH", "go"),
    ("NODENV_ROOT", ".nodenv"),
    ("NVM_DIR", ".nvm"),
    ("PYENV_ROOT", ".pyenv"),
    ("PYTHONUSERBASE", ".local"),
    ("RBENV_ROOT", ".rbenv"),
    ("RUSTUP_HOME", ".rustup"),
    ("VOLTA_HOME", ".volta"),
  ]

  func variables() -> [String: String] {
    var variables = inherited.filter { Self.allowed.contains($0.key) || $0.key.hasPrefix("LC_") }
    if let realHome = inherited["HOME"], realHome.hasPrefix("/") {
      for (variable, folder) in Self.toolFolders {
        let known = inherited[variable] ?? "\(realHome)/\(folder)"
        if FileKind.of(known) == .folder { variables[variable] = known }
      }
    }
    if variables["PATH"] == nil { variables["PATH"] = ExecutableSearch.defaultPath }
    if let temporary { variables["TMPDIR"] = temporary }
    variables["HOME"] = home
    return variables.merging(settings) { _, ours in ours }
  }

  /// The variable that names the folder for caches, which is of one project only.
  static let cacheVariable = "CHECK_CACHE"

  private var settings: [String: String] {
    var settings = [
      Self.cacheVariable: cache,
      "TERM": "dumb",
      "NO_COLOR": "1",
      "XDG_CACHE_HOME": "\(cache)/xdg",
      "PYTHONDONTWRITEBYTECODE": "1",
      "PYTEST_ADDOPTS": "-p no:cacheprovider",
      "MYPY_CACHE_DIR": "\(cache)/mypy",
      "RUFF_CACHE_DIR": "\(cache)/ruff",
      "CLANG_MODULE_CACHE_PATH": "\(cache)/clang",
      "SWIFTPM_BUILD_DIR": "\(cache)/swift",
      "CARGO_TARGET_DIR": "\(cache)/cargo",
      "GOCACHE": "\(cache)/go",
      "GOTELEMETRY": "off",
      "GOTOOLCHAIN": "local",
      "npm_config_cache": "\(cache)/npm",
      "npm_config_audit": "false",
      "npm_config_fund": "false",
      "npm_config_update_notifier": "false",
    ]
    settings["GIT_CEILING_DIRECTORIES"] = ceiling
    if let openCopy {
      // What stops pytest beside the copy must not become the root of its tests.
      settings["PYTEST_ADDOPTS"]? += " --rootdir=."
      if FileKind.of("\(openCopy)/go.work") != .file { settings["GOWORK"] = "off" }
    }
    if !allowsNetwork {
      settings["CARGO_NET_OFFLINE"] = "true"
      settings["GOPROXY"] = "off"
      settings["npm_config_offline"] = "true"
    }
    return settings
  }
}

import CCurl
import Glibc

extension HTTPError {
  /// Makes the error for a limit that ran out.
  init(_ kind: Timeout, limit: Duration, host: String) {
    let seconds = "\(Double(Int(limit / .milliseconds(10))) / 100) s"
    let message =
      switch kind {
      case .connect: "No connection to '\(host)' was made within \(seconds)."
      case .firstByte: "'\(host)' did not begin to answer within \(seconds)."
      case .idle: "'\(host)' fell silent for \(seconds) in the middle of its answer."
      }
    self.init(.timeout(kind), message)
  }

  /// Makes the error for libcurl's result of a transfer.
  init(_ code: CURLcode, errno: Int32, detail: String, of transfer: Transfer) {
    let host = transfer.host
    let said = detail.isEmpty ? unsafe String(cString: ccurl_easy_strerror(code)) : detail
    switch code {
    case CURLE_OPERATION_TIMEDOUT:
      self.init(.connect, limit: transfer.request.limits.connect, host: host)
    case CURLE_COULDNT_RESOLVE_HOST:
      self.init(.cannotResolve, "The host name '\(host)' cannot be resolved.")
    case CURLE_COULDNT_RESOLVE_PROXY:
      self.init(.cannotResolve, "The proxy for '\(host)' cannot be resolved: \(said).")
    case CURLE_COULDNT_CONNECT where errno == ECONNREFUSED && !transfer.mayUseProxy:
      self.init(.refused, "Nothing listens at '\(transfer.request.url)': the connection was refused.")
    case CURLE_COULDNT_CONNECT where errno == ECONNREFUSED:
      self.init(.refused, "The connection to '\(transfer.request.url)' was refused: \(said).")
    case CURLE_COULDNT_CONNECT:
      self.init(.cannotConnect, "No connection to '\(host)' could be made: \(said).")
    case CURLE_GOT_NOTHING, CURLE_PARTIAL_FILE, CURLE_RECV_ERROR, CURLE_SEND_ERROR:
      self.init(.closed, "'\(host)' closed the connection before its answer was complete: \(said).")
    case CURLE_SSL_CONNECT_ERROR, CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CERTPROBLEM, CURLE_SSL_CACERT_BADFILE:
      self.init(
        .tls,
        "No secure connection to '\(host)' could be made: \(said). "
          + "If its certificate is your own, name the authority's in 'SSL_CERT_FILE'."
      )
    case CURLE_URL_MALFORMAT, CURLE_UNSUPPORTED_PROTOCOL:
      self.init(.invalidRequest, "'\(transfer.request.url)' is no valid URL: \(said).")
    default:
      self.init(.other, "The exchange with '\(host)' failed: \(said).")
    }
  }
}

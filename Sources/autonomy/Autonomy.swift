@main
struct Autonomy {
  static func main() {}
}

#if HOISTWAY_LIBFUZZER
    import Glibc

    /// Runs a target under libFuzzer, which searches for inputs that reach new code.
    ///
    /// <https://llvm.org/docs/LibFuzzer.html#fuzzer-friendly-build-mode>. Built with `-sanitize=fuzzer` only: `scripts/fuzz
    /// --guided`.
    enum GuidedRun {
        // libFuzzer calls a C function without context, on the thread that started it.
        nonisolated(unsafe) private static var target = FuzzTarget.webhooks

        static func run(_ target: FuzzTarget, arguments: [String]) -> Int32 {
            self.target = target
            var words: [UnsafeMutablePointer<CChar>?] = (["hoistway-fuzz"] + arguments).map { strdup($0) } + [nil]
            return words.withUnsafeMutableBufferPointer { buffer in
                var count = Int32(buffer.count - 1)
                guard var start = buffer.baseAddress else { return 2 }
                return withUnsafeMutablePointer(to: &start) { pointer in
                    runDriver(&count, pointer) { bytes, size in
                        GuidedRun.target.run(Array(UnsafeBufferPointer(start: bytes, count: size)))
                        return 0
                    }
                }
            }
        }
    }

    @_silgen_name("LLVMFuzzerRunDriver")
    private func runDriver(
        _ count: UnsafeMutablePointer<Int32>,
        _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>>,
        _ body: @convention(c) (UnsafePointer<UInt8>?, Int) -> Int32
    ) -> Int32
#endif

import Glibc

/// Feeds a target with mutations in a child process, and supervises it.
///
/// Limits: 3 GiB of address space, 20 s for an input even on a slow machine, 1 GiB of resident memory.
struct MutationRun {
    enum Outcome {
        case passed(inputs: UInt64, peakMegabytes: Int)
        /// The input is `Mutator.input(number)`.
        case failed(number: UInt64, reason: String)
    }

    static let addressSpace: rlim_t = 3 << 30
    static let peakMegabytes = 1024
    static let patience: UInt64 = 20

    let target: FuzzTarget
    let seed: UInt64
    let seconds: UInt64
    /// The first number: a run that continues after a failure begins at the next one.
    var first: UInt64 = 0

    /// Forks: no other thread may have been started before.
    func run() -> Outcome {
        guard let progress = Progress() else { return .failed(number: first, reason: "no shared memory") }
        progress.number = first
        let child = forkHere()
        guard child >= 0 else { return .failed(number: first, reason: "no child process: \(errno)") }
        if child == 0 {
            feed(progress)
            exit(0)
        }
        return watch(child, progress)
    }

    private func feed(_ progress: Progress) {
        var space = rlimit(rlim_cur: Self.addressSpace, rlim_max: Self.addressSpace)
        setrlimit(__rlimit_resource_t(RLIMIT_AS.rawValue), &space)
        var core = rlimit(rlim_cur: 0, rlim_max: 0)
        setrlimit(__rlimit_resource_t(RLIMIT_CORE.rawValue), &core)
        let mutator = Mutator(target, seed: seed)
        let end = Self.now() + seconds
        var number = first
        while true {
            progress.number = number
            target.run(mutator.input(number))
            number += 1
            // A look at the clock costs as much as a short input.
            if number % 64 == 0, Self.now() >= end { break }
        }
        progress.number = number
    }

    private func watch(_ child: pid_t, _ progress: Progress) -> Outcome {
        var last = progress.number
        var since = Self.now()
        while true {
            var status: Int32 = 0
            var usage = rusage()
            let ended = wait4(child, &status, WNOHANG, &usage)
            if ended == child { return outcome(status, usage, progress) }
            if progress.number != last {
                last = progress.number
                since = Self.now()
            } else if Self.now() - since > Self.patience {
                kill(child, SIGKILL)
                waitpid(child, &status, 0)
                return .failed(number: last, reason: "the input took more than \(Self.patience) s")
            }
            usleep(100_000)
        }
    }

    private func outcome(_ status: Int32, _ usage: rusage, _ progress: Progress) -> Outcome {
        let signal = status & 0x7F
        guard signal == 0 else { return .failed(number: progress.number, reason: "it ended by signal \(signal)") }
        let code = (status >> 8) & 0xFF
        guard code == 0 else { return .failed(number: progress.number, reason: "it ended with status \(code)") }
        let peak = Int(usage.ru_maxrss) / 1024
        guard peak <= Self.peakMegabytes else {
            return .failed(number: progress.number, reason: "it needed \(peak) MB in all")
        }
        return .passed(inputs: progress.number - first, peakMegabytes: peak)
    }

    /// Whole seconds of a monotonic clock.
    static func now() -> UInt64 {
        var moment = timespec()
        clock_gettime(CLOCK_MONOTONIC, &moment)
        return UInt64(moment.tv_sec)
    }
}

/// `fork`, whose declaration is unavailable in Swift.
///
/// After it, only what needs no other thread may run. This program has one thread when it forks.
@_silgen_name("fork")
private func forkHere() -> pid_t

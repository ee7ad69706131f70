import Foundation

/// The kernel's figures about a process.
enum ProcessFigures {
    /// Lines of `/proc/PID/status`.
    enum Memory: String {
        case resident = "VmRSS:"
        /// The highest resident memory so far.
        case peak = "VmHWM:"
        /// Without pages of files, which are mostly the program's own code.
        case anonymous = "RssAnon:"
        /// Pages of files, which the kernel can drop.
        case files = "RssFile:"
    }

    /// Resident memory, in MB of a million bytes; 0 after the process has ended.
    static func residentMegabytes(_ pid: Int32, _ memory: Memory = .resident) -> Double {
        guard let text = try? String(contentsOfFile: "/proc/\(pid)/status", encoding: .utf8),
            let line = text.split(separator: "\n").first(where: { $0.hasPrefix(memory.rawValue) }),
            let kilobytes = line.split(whereSeparator: { $0 == " " || $0 == "\t" }).dropFirst().first.flatMap({
                Double($0)
            })
        else { return 0 }
        return kilobytes * 1024 / 1e6
    }

    /// How often its present threads have gone to sleep, and so were woken; 0 after the process has ended.
    static func wakeUps(_ pid: Int32) -> Int {
        let threads = (try? FileManager.default.contentsOfDirectory(atPath: "/proc/\(pid)/task")) ?? []
        return threads.reduce(0) { sum, thread in
            let text = (try? String(contentsOfFile: "/proc/\(pid)/task/\(thread)/status", encoding: .utf8)) ?? ""
            let line = text.split(separator: "\n").first { $0.hasPrefix("voluntary_ctxt_switches:") }
            return sum + (line?.split(separator: "\t").last.flatMap { Int($0) } ?? 0)
        }
    }

    /// Processor time of all its threads, including ended ones, in milliseconds; not a number after the process has
    /// ended.
    static func processorMilliseconds(_ pid: Int32) -> Double {
        var clock = clockid_t()
        var time = timespec()
        guard clock_getcpuclockid(pid, &clock) == 0, clock_gettime(clock, &time) == 0 else { return .nan }
        return Double(time.tv_sec) * 1e3 + Double(time.tv_nsec) / 1e6
    }
}

import Foundation

// Command line of the fuzzers; call it through `scripts/fuzz`.
//
// - `hoistway-fuzz list`
// - `hoistway-fuzz run TARGET SECONDS [SEED [FIRST]]`: runs mutations in a child process, and prints the seed.
// - `hoistway-fuzz input TARGET SEED NUMBER`: writes one input to the output.
// - `hoistway-fuzz once TARGET FILE`: runs one input, in this process.
// - `hoistway-fuzz seeds TARGET FOLDER`: writes the seeds into files.
// - `hoistway-fuzz guided TARGET [LIBFUZZER'S ARGUMENTS]`: only in a build for guided runs.

func fail(_ text: String) -> Never {
    FileHandle.standardError.write(Data("hoistway-fuzz: \(text)\n".utf8))
    exit(2)
}

/// Writes at once: a child process would write again what is still in a buffer.
func say(_ text: String) {
    FileHandle.standardOutput.write(Data("\(text)\n".utf8))
}

func write(_ bytes: [UInt8], to path: String) {
    guard FileManager.default.createFile(atPath: path, contents: Data(bytes)) else {
        fail("\(path) cannot be written")
    }
}

func read(_ path: String) -> [UInt8] {
    guard let data = FileManager.default.contents(atPath: path) else { fail("\(path) cannot be read") }
    return Array(data)
}

let arguments = Array(CommandLine.arguments.dropFirst())
guard let verb = arguments.first else { fail("name a verb: list, run, input, once, seeds or guided") }
if verb == "list" {
    for target in FuzzTarget.all { say(target.name) }
    exit(0)
}
guard arguments.count > 1, let target = FuzzTarget.named(arguments[1]) else { fail("name a target of the list") }
let rest = Array(arguments.dropFirst(2))
switch verb {
case "run":
    guard let seconds = rest.first.flatMap({ UInt64($0) }) else { fail("run TARGET SECONDS [SEED [FIRST]]") }
    let seed = rest.count > 1 ? UInt64(rest[1]) : UInt64.random(in: 0...UInt64.max)
    let first = rest.count > 2 ? UInt64(rest[2]) : 0
    guard let seed, let first else { fail("seed and first number are whole numbers") }
    say("\(target.name): seed \(seed)")
    switch MutationRun(target: target, seed: seed, seconds: seconds, first: first).run() {
    case .passed(let inputs, let peak):
        say("\(target.name): \(inputs) inputs in \(seconds) s, at most \(peak) MB of memory, no failure")
    case .failed(let number, let reason):
        say("\(target.name): FAILED at input \(number) of seed \(seed): \(reason)")
        say("  hoistway-fuzz input \(target.name) \(seed) \(number) >FILE; hoistway-fuzz once \(target.name) FILE")
        exit(1)
    }
case "input":
    guard rest.count == 2, let seed = UInt64(rest[0]), let number = UInt64(rest[1]) else {
        fail("input TARGET SEED NUMBER")
    }
    let bytes = Mutator(target, seed: seed).input(number)
    FileHandle.standardOutput.write(Data(bytes))
case "once":
    guard let file = rest.first else { fail("once TARGET FILE") }
    target.run(read(file))
    say("\(target.name): passed")
case "seeds":
    guard let folder = rest.first else { fail("seeds TARGET FOLDER") }
    for (number, bytes) in target.seeds.enumerated() { write(bytes, to: "\(folder)/seed-\(number)") }
case "guided":
    #if HOISTWAY_LIBFUZZER
        exit(GuidedRun.run(target, arguments: rest))
    #else
        fail("this was built without libFuzzer; call scripts/fuzz --guided")
    #endif
default:
    fail("there is no verb \(verb)")
}

extension HostileGitBehaviour {
    /// Scripts for the protocol around the objects.
    func conversation(elsewhere: String) -> HostileGitScript? {
        typealias Script = HostileGitScript
        let sound = Script(.failedForNow)
        let advertisement = "upload-pack-advertisement"
        let result = "upload-pack-result"
        let megabyte = Array(repeating: UInt8(ascii: "x"), count: 60_000)
        switch self {
        case .endlessAbilities:
            let more = (0..<900).flatMap { Script.line("ability-\($0)=" + String(repeating: "y", count: 50)) }
            return sound.with {
                $0.ending = .failedForGood
                $0.greeting = [
                    Script.head(advertisement), .send(Script.line("version 2") + Script.line("ls-refs=unborn")),
                    .flood(more, times: 1200), .close,
                ]
            }
        case .endlessRefs:
            let id = HostilePack.hex(sound.tip)
            let some = (0..<1000).flatMap { Script.line("\(id) refs/heads/main-\($0)") }
            return sound.with {
                $0.ending = .failedForGood
                $0.refs = [Script.head(result), .flood(some, times: 1300), .close]
            }
        case .refNamesWithControlBytes:
            let id = HostilePack.hex(sound.tip)
            let refs = [
                "HEAD symref-target:refs/heads/main", "refs/heads/main", "refs/heads/a\u{1B}[2Jb", "refs/heads/../x",
            ]
            return sound.with {
                $0.ending = .pushed
                $0.mayPush = true
                $0.refs = [Script.answer(result, refs.flatMap { Script.line("\(id) \($0)") } + Array("0000".utf8))]
            }
        case .errorWithEscapes:
            return sound.with { $0.refs = [Script.answer(result, Script.line("ERR \u{1B}[2Jgo away\u{202E}"))] }
        case .loginPage:
            return sound.with {
                $0.ending = .refused
                $0.greeting = [ScriptedServer.http("200 OK", type: "text/html", Array("<html>sign in</html>".utf8))]
            }
        case .redirectElsewhere:
            return sound.with {
                $0.ending = .refused
                $0.greeting = [
                    ScriptedServer.http(
                        "302 Found",
                        type: "text/plain",
                        [],
                        headers: ["Location: \(elsewhere)/info/refs"]
                    )
                ]
            }
        case .endlessProgress:
            return sound.with {
                $0.ending = .failedForGood
                $0.fetch = [
                    Script.head(result), .send(Script.line("packfile")),
                    .flood(Script.packet([2] + megabyte), times: 2000),
                    .close,
                ]
            }
        case .endlessShallow:
            let line = Script.line("shallow \(HostilePack.hex(sound.tip))")
            let some = (0..<1000).flatMap { _ in line }
            return sound.with {
                $0.ending = .failedForGood
                $0.fetch = [Script.head(result), .send(Script.line("shallow-info")), .flood(some, times: 2000), .close]
            }
        case .shallowUnasked:
            let lines = Script.line("shallow-info") + Script.line("shallow \(HostilePack.hex(sound.tip))")
            return sound.with {
                $0.ending = .pushed
                $0.mayPush = true
                $0.fetch = [Script.answer(result, lines + Array("0001".utf8) + Script.banded($0.pack))]
            }
        case .packetTooShort: return sound.with { $0.fetch = [Script.answer(result, Array("0003".utf8))] }
        case .packetTooLong:
            return sound.with { $0.refs = [Script.answer(result, Array("ffff".utf8) + megabyte + megabyte)] }
        case .unknownChannel:
            return sound.with { $0.fetch = [Script.answer(result, Script.line("packfile") + Script.packet([9, 1]))] }
        case .fatalWithEscapes:
            let words = Script.packet([3] + Array("\u{1B}[31mdisk\u{7}\r\u{1B}]0;owned\u{7} broken\n".utf8))
            return sound.with { $0.fetch = [Script.answer(result, Script.line("packfile") + words)] }
        case .dripInGreeting:
            return sound.with { $0.greeting = [Script.head(advertisement), .trickle(Script.line("agent=slow"))] }
        case .dripInPack:
            return sound.with {
                $0.fetch = [Script.head(result), .send(Script.line("packfile")), .trickle(Script.packet([1, 0x50]))]
            }
        case .silenceInPack:
            return sound.with { $0.fetch = [Script.head(result), .send(Script.line("packfile")), .hang] }
        case .closeInGreeting: return sound.with { $0.greeting = [.close] }
        case .closeInRefs: return sound.with { $0.refs = [Script.head(result), .send([0x30, 0x30]), .close] }
        case .closeInPack:
            return sound.with {
                $0.fetch = [Script.head(result), .send(Array(Script.banded($0.pack).prefix(90))), .close]
            }
        default: return nil
        }
    }

    /// Scripts for the result of a push.
    func pushes() -> HostileGitScript? {
        typealias Script = HostileGitScript
        let type = "receive-pack-result"
        let sound = Script(.failedForNow, mayPush: true)
        func report(_ lines: [String]) -> [UInt8] {
            Script.packet([1] + lines.flatMap { Script.line($0) } + Array("0000".utf8))
        }
        switch self {
        case .closeInPush: return sound.with { $0.report = [.close] }
        case .reportOfAnotherRef:
            return sound.with {
                $0.report = [Script.answer(type, report(["unpack ok", "ok refs/heads/other"]) + Array("0000".utf8))]
            }
        case .reportWithoutEnd:
            let piece = Script.packet([1] + [UInt8](repeating: UInt8(ascii: "x"), count: 60_000))
            return sound.with {
                $0.ending = .failedForGood
                $0.report = [Script.head(type), .flood(piece, times: 2000), .close]
            }
        case .reportOfABadPack:
            return sound.with {
                $0.ending = .refused
                $0.report = [Script.answer(type, report(["unpack index-pack abnormal exit"]) + Array("0000".utf8))]
            }
        case .reportThenFatal:
            let bytes = report(["unpack ok"]) + Script.packet([3] + Array("\u{1B}[2Jno\n".utf8))
            return sound.with { $0.report = [Script.answer(type, bytes)] }
        default: return nil
        }
    }
}

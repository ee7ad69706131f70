/// All ways in which a hostile Git server can harm its clients.
package enum HostileGitBehaviour: String, CaseIterable, Sendable {
    /// A correct server, to compare with.
    case sound

    // Trees.
    case deepTree, treeBomb, namesThatLookEqual, nameOfGitsFolder, nameWithEscape, entryTwice, unsortedTree
    case malformedTree, treeThatIsABlob, kustomizationThatIsALink, folderThatIsASubmodule, refToABlob
    case refToNothing

    // Packs.
    case equalDeltaBombs, distinctDeltaBombs, zlibBomb, hugeDeclaredSize, endlessSize, deltaBeyondItsBase
    case deltaOfAnotherBase, deltaCircle, reversedDeltas, objectTwice, hugeObjectCount, trailingBytes, truncatedPack
    case wrongChecksum, packOfNothing

    // Conversation.
    case endlessAbilities, endlessRefs, refNamesWithControlBytes, errorWithEscapes, loginPage, redirectElsewhere
    case endlessProgress, endlessShallow, shallowUnasked, packetTooShort, packetTooLong, unknownChannel
    case fatalWithEscapes, dripInGreeting, dripInPack, silenceInPack
    case closeInGreeting, closeInRefs, closeInPack

    // Pushes.
    case closeInPush, reportOfAnotherRef, reportWithoutEnd, reportOfABadPack, reportThenFatal

    /// It ends only by a timeout.
    package var isSlow: Bool { self == .dripInGreeting || self == .dripInPack || self == .silenceInPack }

    /// `elsewhere`: another server's URL, which must never be contacted.
    package func script(elsewhere: String) -> HostileGitScript {
        trees() ?? packs() ?? conversation(elsewhere: elsewhere) ?? pushes() ?? HostileGitScript(.pushed)
    }
}

/// Names for freight that people can pronounce: `brisk-otter`.
///
/// The same id gives the same name if the same names are taken, so that a replay has the same result as the original.
package enum FreightAlias {
    /// Makes a name.
    ///
    /// - Parameter isTaken: whether other freight of the project has the name.
    package static func make(_ id: FreightID, isTaken: (String) -> Bool) -> String {
        let hash = fnv(id.text)
        let count = UInt64(adjectives.count * animals.count)
        // With an odd stride, it visits each of the pairs once, since their number is a power of two.
        let stride = (hash >> 32) | 1
        for turn in 0..<maxTurns {
            let pair = Int((hash &+ turn &* stride) % count)
            let alias = "\(adjectives[pair / animals.count])-\(animals[pair % animals.count])"
            if !isTaken(alias) { return alias }
        }
        let long = "\(adjectives[Int(hash % UInt64(adjectives.count))])-\(animals[0])-\(id.short)"
        return isTaken(long) ? "freight-\(id.text)" : long
    }

    /// If nearly all pairs are taken, a search for the last free ones would take too long.
    private static let maxTurns: UInt64 = 64

    /// FNV-1a (<http://www.isthe.com/chongo/tech/comp/fnv/>), since Swift's own hashes are different in each run.
    private static func fnv(_ text: String) -> UInt64 {
        text.utf8.reduce(0xcbf2_9ce4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
    }

    /// 64 words each: the number of pairs must be a power of two.
    static let adjectives = words(
        """
        able airy amber ample apt azure bold brave brief bright brisk calm candid clear clever cosy crisp daring deft \
        eager early easy even fair fleet fond frank fresh gentle glad golden grand hardy hazel honest jolly keen kind \
        lively loyal lucky mellow merry mild neat nimble noble open patient placid polite proud quick quiet rapid rosy \
        sage silver smart steady sunny swift tidy witty
        """
    )

    static let animals = words(
        """
        adder alpaca badger bat beaver bison boar bream camel carp cat chamois cod condor crane crow deer dove eagle \
        eel egret elk falcon ferret finch fox gecko goat goose grouse hare heron horse ibex jay kestrel koala lark lemur \
        linnet llama lynx marten mole moose newt otter owl panda plover puffin quail rabbit raven robin salmon seal shrew \
        stoat stork swan tapir vole wren
        """
    )

    private static func words(_ text: String) -> [String] {
        text.split(separator: " ").map(String.init)
    }
}

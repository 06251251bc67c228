/// A graph in the order and the memory of its evaluation, made once.
///
/// Values live in numbered slots; a slot is emptied after its last use and then used again, so that
/// evaluation looks nothing up and keeps nothing longer than needed.
struct ExecutionPlan: Sendable {
  struct Step: Sendable {
    let node: Graph.ValueID
    let operands: [Int]
    let result: Int
    /// The slots whose values nobody needs after this step.
    let released: [Int]
  }

  let steps: [Step]
  let slotCount: Int
  let outputSlot: Int

  init(_ graph: Graph) {
    var lastUse = [Int](repeating: -1, count: graph.nodes.count)
    for (id, node) in graph.nodes.enumerated() {
      for operand in node.operands { lastUse[operand] = id }
    }
    lastUse[graph.output] = graph.nodes.count

    var slots = [Int](repeating: -1, count: graph.nodes.count)
    var free: [Int] = []
    var used = 0
    var steps: [Step] = []
    for (id, node) in graph.nodes.enumerated() {
      let operands = node.operands.map { slots[$0] }
      let result = free.popLast() ?? used
      used = max(used, result + 1)
      slots[id] = result
      let dead = Set(node.operands).filter { lastUse[$0] == id }.map { slots[$0] }
      free += dead
      steps.append(Step(node: id, operands: operands, result: result, released: dead))
    }
    (self.steps, slotCount, outputSlot) = (steps, used, slots[graph.output])
  }
}

-- Mixed reading of the desk, for wrk: pages of papers mostly, searches, and the lists.
local queries = { "flat+minima", "certified+robustness", "lipschitz", "backdoor+trigger", "label+noise", "diffusion" }
local papers = { "sam", "ibp", "adam", "deepfool", "sparsemax", "ntk", "wgan", "group-dro", "drs", "auto-lirpa" }
local lists = { "/", "/trending", "/evidence", "/following", "/desk.css" }

request = function()
  local draw = math.random(10)
  local path
  if draw <= 5 then
    path = "/paper/" .. papers[math.random(#papers)]
  elseif draw <= 8 then
    path = "/search?q=" .. queries[math.random(#queries)]
  else
    path = lists[math.random(#lists)]
  end
  return wrk.format("GET", path)
end

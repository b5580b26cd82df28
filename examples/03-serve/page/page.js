// The page: takes a photograph, asks the service who is on it, and says what comes back.

/** @type {<T extends HTMLElement>(id: string) => T} */
const element = (id) => document.getElementById(id)

const [model, drop, file, preview, status, error, identities] = [
  'model',
  'drop',
  'file',
  'preview',
  'status',
  'error',
  'identities',
].map(element)

/** What the service's codes mean to whoever looks at the page. */
const words = {
  TOO_LARGE: 'This photograph is larger than the service takes. Choose a smaller one.',
  MEDIA_TYPE: 'This file is no photograph. Choose a JPEG, PNG, WebP, AVIF, TIFF or GIF.',
  IMAGE: 'This file cannot be read as a photograph: it is damaged, or no JPEG, PNG, WebP, AVIF, TIFF or GIF.',
  REQUEST: 'This file is empty or cannot be sent. Choose another one.',
  OVERLOADED: 'The service has too much to do at the moment. Try again in a moment.',
  DEADLINE: 'The service did not get round to this photograph in time. Try again in a moment.',
  NOT_READY: 'The service is still opening its model. Try again in a moment.',
  DRAINING: 'The service is about to end. Try again in a moment.',
}
const otherwise = 'The service failed at this photograph. Its own messages say why.'
const unreachable = 'The service cannot be reached. Is it still running?'

/** Aborts the question before the present one: its answer would come late. */
let asking = new AbortController()

async function introduce() {
  try {
    const response = await fetch('/ready')
    const { identities: count, device } = await response.json()
    const where = device === 'cpu' ? 'the processor' : 'a GPU'
    if (response.ok) model.textContent = `The model knows ${count} people and computes on ${where}.`
    else {
      model.textContent = 'The service is still opening its model.'
      setTimeout(introduce, 1000)
    }
  } catch {
    model.textContent = unreachable
  }
}

/** @param {File} photograph */
async function ask(photograph) {
  asking.abort()
  asking = new AbortController()
  const { signal } = asking
  show(photograph)
  say({ status: 'Looking at the photograph.' })
  try {
    const body = new FormData()
    body.append('photograph', photograph)
    const response = await fetch('/classify', { method: 'POST', body, signal })
    const answer = await response.json()
    if (signal.aborted) return
    if (response.ok) tell(answer)
    else say({ error: words[answer.code] ?? otherwise })
  } catch {
    if (!signal.aborted) say({ error: unreachable })
  }
}

/** @param {File} photograph */
function show(photograph) {
  URL.revokeObjectURL(preview.src)
  preview.src = URL.createObjectURL(photograph)
  preview.alt = `The photograph ${photograph.name}`
  preview.hidden = false
}

/** One of both, which replaces what was said before. */
function say({ status: good = '', error: bad = '' }) {
  identities.hidden = true
  identities.replaceChildren()
  status.textContent = good
  error.textContent = bad
}

function tell({ identities: candidates, milliseconds }) {
  const [best] = candidates
  say({ status: `${best.identity}, ${percent(best)}. Answered in ${Math.round(milliseconds)} ms.` })
  identities.replaceChildren(...candidates.map(row))
  identities.hidden = false
}

/** Names are set as text, whatever they hold. */
function row(candidate) {
  const name = part('span', 'name', candidate.identity)
  const share = part('span', 'percent', percent(candidate))
  const who = part('div', 'who')
  who.append(name, ' ', share)
  const bar = part('div', 'bar')
  bar.style.width = `${100 * candidate.probability}%`
  const track = part('div', 'track')
  track.append(bar)
  track.setAttribute('aria-hidden', 'true') // the percentage says the same
  const item = document.createElement('li')
  item.append(who, track)
  return item
}

function part(tag, className, text = '') {
  const made = document.createElement(tag)
  made.className = className
  made.textContent = text
  return made
}

function percent({ probability }) {
  return `${(100 * probability).toFixed(1)} %`
}

/** @param {DataTransfer | null} data */
function fileOf(data) {
  return data?.files[0]
}

file.addEventListener('change', () => {
  const [photograph] = file.files
  file.value = '' // so that the same file can be chosen again
  if (photograph !== undefined) ask(photograph)
})

// Beside the box, too: a browser would leave the page and show the file.
document.addEventListener('dragover', (event) => {
  event.preventDefault()
  drop.classList.add('over')
})
document.addEventListener('dragleave', (event) => {
  if (event.relatedTarget === null) drop.classList.remove('over')
})
document.addEventListener('drop', (event) => {
  event.preventDefault()
  drop.classList.remove('over')
  const photograph = fileOf(event.dataTransfer)
  if (photograph === undefined)
    say({ error: 'What was dropped is no file. Save the photograph and choose it.' })
  else ask(photograph)
})
document.addEventListener('paste', (event) => {
  const photograph = fileOf(event.clipboardData)
  if (photograph !== undefined) ask(photograph)
})
// What the browser cannot show, such as TIFF, the service may still know.
preview.addEventListener('error', () => {
  preview.hidden = true
})

introduce()

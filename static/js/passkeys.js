/* Joins the passkey buttons of a page to the functions of django-allauth; says what to do when the browser refuses. */
(function () {
  'use strict'
  const failed = document.querySelector('[data-passkey-failed]')
  const missing = document.querySelector('[data-passkey-missing]')

  if (!window.webauthnJSON || !window.webauthnJSON.supported()) {
    if (missing) missing.hidden = false
    return
  }
  document.querySelectorAll('[data-passkey-block]').forEach((block) => { block.hidden = false })
  document.querySelectorAll('[data-passkey]').forEach((button) => {
    const { passkey, credential, passwordless } = button.dataset
    const ids = { [passkey]: button.id, credential, passwordless, data: 'passkey-data' }
    window.allauth.webauthn.forms[`${passkey}Form`]({ ids })
    button.addEventListener('click', () => { if (failed) failed.hidden = true })
  })
  document.addEventListener('allauth.error', (event) => {
    event.preventDefault()
    if (!failed) return
    failed.hidden = false
    failed.focus()
  })
})()

import * as Store from "../../Store.js"
import * as Random from "./random.js"

const givenNames = (
  "Aaliyah, Adebayo, Agnieszka, Ahmet, Aiko, Alejandra, Amara, Anh, Anneliese, Arjun, Beatriz, Björn, " +
  "Bronagh, Camille, Chidi, Chloé, Dagmar, Daniel, Dmytro, Elif, Emre, Esperanza, Farah, Fatou, Finn, " +
  "Freya, Gabriel, Giulia, Grace, Haruki, Hassan, Helga, Hye-jin, Ibrahim, Ines, Ioana, Jamal, Jörg, " +
  "José, Kaito, Kamala, Katarzyna, Kofi, Lars, Leila, Lindiwe, Lucía, Magnus, Mai, Malik, María, Mei, " +
  "Mohammed, Naledi, Ngozi, Niamh, Nikolaos, Noor, Olga, Omar, Ondřej, Paula, Priya, Quang, Rania, " +
  "Ravi, Renée, Rosa, Samuel, Sana, Seán, Sofía, Søren, Sven, Tariq, Tatiana, Tomasz, Uchenna, " +
  "Valentina, Wei, Yael, Yuki, Zainab, Zoë, Łukasz, Şebnem"
).split(", ")

const surnames = (
  "Abe, Adeyemi, Ahmadi, Andersen, Banerjee, Barbosa, Bianchi, Björnsson, Boateng, Chaudhry, Chen, " +
  "Costa, Da Silva, Díaz, Dlamini, Dubois, Eriksson, Fernández, Fischer, Fofana, García, Gonçalves, " +
  "Haddad, Hansen, Horváth, Ibáñez, Ito, Ivanova, Jansen, Kaplan, Kaur, Kim, Kovalenko, Kowalski, " +
  "Lefèvre, Lindqvist, Lý, MacLeod, Mbeki, Meyer, Moreau, Müller, Mwangi, Nakamura, Nguyễn, Novák, " +
  "O'Brien, Okafor, Öztürk, Papadopoulos, Park, Patel, Pereira, Petrov, Popescu, Rahman, Ramírez, " +
  "Rossi, Sato, Schneider, Sharma, Singh, Sørensen, Suzuki, Tanaka, Torres, Tran, Ueda, Van den Berg, " +
  "Vasquez, Weiß, Wiśniewska, Wójcik, Yamamoto, Yıldız, Zhang"
).split(", ")

const departments: ReadonlyArray<readonly [department: string, titles: ReadonlyArray<string>]> = [
  ["Marketing", ["Brand Manager", "Content Strategist", "Campaign Analyst"]],
  ["Sales", ["Account Executive", "Sales Engineer", "Regional Sales Manager"]],
  ["Engineering", [
    "Software Engineer",
    "Senior Software Engineer",
    "Site Reliability Engineer",
    "Engineering Manager"
  ]],
  ["Finance", ["Controller", "Financial Analyst", "Payroll Specialist"]],
  ["Human Resources", ["Recruiter", "HR Business Partner", "Learning Specialist"]],
  ["Operations", ["Logistics Planner", "Plant Supervisor", "Procurement Specialist"]],
  ["Customer Support", ["Support Engineer", "Support Team Lead"]],
  ["Legal", ["Counsel", "Paralegal"]],
  ["Research", ["Research Scientist", "Laboratory Technician"]]
]

const offices = (
  "Amsterdam, Bengaluru, Boston, Dublin, Lagos, Lisbon, München, Nairobi, Osaka, São Paulo, Toronto, " +
  "Warszawa"
).split(", ")

/** What Unicode does not take apart by itself. */
const letters: { readonly [letter: string]: string } = { ł: "l", ø: "o", ß: "ss", ı: "i", đ: "d" }

/** The letters of a name that a mail address can have. */
const ascii = (name: string): string =>
  name.toLowerCase().normalize("NFD").replace(/\p{M}/gu, "").replace(/[^ -~]/g, (letter) => letters[letter] ?? "")
    .replace(/[^a-z]/g, "")

const day = 86_400_000
const firstHire = Date.UTC(2014, 0, 6)

const date = (milliseconds: number): string => `${new Date(milliseconds).toISOString().slice(0, 10)}T00:00:00Z`

/** People of a company; those whose ids are given come first. */
export const make = (options: {
  readonly domain: string
  readonly company: string
  readonly ids: ReadonlyArray<string>
  readonly size: number
  readonly now: number
}): ReadonlyArray<Store.Node> => {
  const random = Random.make("people")
  const taken = new Map<string, number>()
  const people: Array<Store.Node> = []
  for (let i = 0; i < options.size; i++) {
    const givenName = random.pick(givenNames)
    const surname = random.pick(surnames)
    const [department, titles] = random.pick(departments)
    const base = `${ascii(givenName)}.${ascii(surname)}`
    const same = taken.get(base) ?? 0
    taken.set(base, same + 1)
    const address = `${base}${same === 0 ? "" : same + 1}@${options.domain}`
    const leaves = random.chance(0.2)
    const hired = random.chance(0.3)
      ? options.now - random.int(-10, 40) * day
      : firstHire + random.int(0, Math.floor((options.now - firstHire) / day) - 60) * day
    people.push(Store.node({
      id: options.ids[i] ?? random.guid(),
      accountEnabled: !leaves || random.chance(0.5),
      companyName: options.company,
      createdDateTime: `${date(hired - random.int(3, 20) * day).slice(0, 11)}0${random.int(6, 9)}:${
        random.int(10, 59)
      }:${random.int(10, 59)}Z`,
      department,
      displayName: `${givenName} ${surname}`,
      employeeHireDate: date(hired),
      employeeId: String(100_000 + i * 7 + random.int(0, 6)),
      employeeLeaveDateTime: leaves ? date(Math.max(hired + day, options.now + random.int(-25, 14) * day)) : null,
      employeeType: random.chance(0.85) ? "Employee" : "Contractor",
      givenName,
      jobTitle: random.pick(titles),
      mail: address,
      officeLocation: random.pick(offices),
      surname,
      userPrincipalName: address,
      userType: "Member"
    }))
  }
  return people
}
